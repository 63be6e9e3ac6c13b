// SPDX-License-Identifier: Apache-2.0

package bsondoc

import "time"

// Builder builds one document, field by field, in memory that is used again after [Builder.Reset]. What it holds is valid
// BSON by construction, so that [Encoder.Document] takes it as [Own]. It is not safe for concurrent use.
type Builder struct {
	enc   Encoder
	buf   []byte
	open  []int // where the open documents start, the outermost first
	keys  []int // where the elements of the open documents start, those within another one; parallel to open[1:]
	err   error
	ended bool
}

// Reset begins an empty document.
func (b *Builder) Reset() {
	dst, start := Begin(b.buf[:0])
	b.buf, b.open, b.keys, b.err, b.ended = dst, append(b.open[:0], start), b.keys[:0], nil, false
	b.enc.begin(start)
	b.enc.Marking = true
}

// Cap returns how much memory the builder holds.
func (b *Builder) Cap() int { return cap(b.buf) }

// String appends a string.
func (b *Builder) String(key, s string) { b.buf = String(b.buf, key, s) }

// Int appends an integer.
func (b *Builder) Int(key string, i int64) { b.buf = Int(b.buf, key, i) }

// Double appends a floating-point number.
func (b *Builder) Double(key string, f float64) { b.buf = Double(b.buf, key, f) }

// Bool appends a boolean.
func (b *Builder) Bool(key string, v bool) { b.buf = Bool(b.buf, key, v) }

// Time appends a time.Time as [Encoder.Element] does.
func (b *Builder) Time(key string, t time.Time) {
	start := len(b.buf)
	dst, err := date(b.buf, key, t)
	if err != nil {
		err = below(key, err)
	}
	b.keep(dst, start, err)
}

// DateTime appends a date in milliseconds since the Unix epoch.
func (b *Builder) DateTime(key string, ms int64) { b.buf = DateTime(b.buf, key, ms) }

// Value appends any value as [Encoder.Element] does. The first error is returned by [Encoder.Document].
func (b *Builder) Value(key string, v any) {
	start := len(b.buf)
	dst, err := b.enc.Element(b.buf, key, v, len(b.open)+1)
	b.keep(dst, start, err)
}

// Array appends an array without the allocation that making an interface of a slice would cost.
func (b *Builder) Array(key string, a []any) {
	start := len(b.buf)
	dst, at := Begin(Header(b.buf, TypeArray, key))
	dst, err := b.enc.items(dst, a, place{depth: len(b.open) + 2})
	if err != nil {
		err = below(key, err)
	} else {
		dst = End(dst, at)
	}
	b.keep(dst, start, err)
}

// keep keeps what was appended from start on, or the error in its place.
func (b *Builder) keep(dst []byte, start int, err error) {
	b.buf = dst
	if err != nil {
		b.buf = dst[:start]
		if b.err == nil {
			b.err = b.within(err)
		}
	}
}

// within puts the keys of the open documents in front of an error's path.
func (b *Builder) within(err error) error {
	for i := len(b.keys) - 1; i >= 0; i-- {
		key := b.buf[b.keys[i]+1 : b.open[i+1]-1] // between its type and its NUL
		err = below(string(key), err)
	}
	return err
}

// Open begins a document within the one that is open.
func (b *Builder) Open(key string) {
	b.keys = append(b.keys, len(b.buf))
	dst, start := Begin(Header(b.buf, TypeDocument, key))
	b.buf, b.open = dst, append(b.open, start)
}

// Close ends the document that [Builder.Open] began, and takes it away when it is empty.
func (b *Builder) Close() {
	last := len(b.open) - 1
	start, key := b.open[last], b.keys[last-1]
	b.open, b.keys = b.open[:last], b.keys[:last-1]
	if len(b.buf) == start+4 {
		b.buf = b.buf[:key]
		return
	}
	b.buf = End(b.buf, start)
}

// Bytes ends the document and returns it, valid until the next Reset, or the first error.
func (b *Builder) Bytes() ([]byte, error) {
	if b.err != nil {
		return nil, b.err
	}
	if !b.ended {
		b.buf, b.ended = End(b.buf, b.open[0]), true
	}
	return b.buf, nil
}

// AppendOwn appends the document to dst.
func (b *Builder) AppendOwn(dst []byte, e *Encoder) ([]byte, error) {
	built, err := b.Bytes()
	if e.Marking {
		e.Marks = append(e.Marks, b.enc.Marks...)
	}
	return append(dst, built...), err
}

var _ Own = (*Builder)(nil)
