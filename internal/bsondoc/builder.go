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
	given []given
	err   error
	ended bool
}

// given is a value that a Builder encoded by the default rules for the names of fields. Another client may have others.
type given struct {
	at    int // where its element begins
	key   string
	depth int
	value any
	array []any // in place of a value; nil: none
}

// Reset begins an empty document.
func (b *Builder) Reset() {
	dst, start := Begin(b.buf[:0])
	b.buf, b.open, b.keys, b.err, b.ended = dst, append(b.open[:0], start), b.keys[:0], nil, false
	b.enc.begin(start)
	b.enc.Marking = true
	b.Forget()
}

// Forget lets go of the values that the Builder was given. The document stays.
func (b *Builder) Forget() {
	clear(b.given)
	b.given = b.given[:0]
}

// Cap returns how much memory the builder holds.
func (b *Builder) Cap() int { return cap(b.buf) }

// name returns a key, and notes that it is special. Those of values are noted by the Encoder.
func (b *Builder) name(key string) string {
	if !isCommonKey(key) {
		b.enc.Special = b.enc.Special || isSpecial(key)
	}
	return key
}

// String appends a string.
func (b *Builder) String(key, s string) { b.buf = String(b.buf, b.name(key), s) }

// Int appends an integer.
func (b *Builder) Int(key string, i int64) { b.buf = Int(b.buf, b.name(key), i) }

// Double appends a floating-point number.
func (b *Builder) Double(key string, f float64) { b.buf = Double(b.buf, b.name(key), f) }

// Bool appends a boolean.
func (b *Builder) Bool(key string, v bool) { b.buf = Bool(b.buf, b.name(key), v) }

// Time appends a time.Time as [Encoder.Element] does.
func (b *Builder) Time(key string, t time.Time) {
	start := len(b.buf)
	dst, err := date(b.buf, b.name(key), t)
	if err != nil {
		err = below(key, err)
	}
	b.keep(dst, start, err)
}

// DateTime appends a date in milliseconds since the Unix epoch.
func (b *Builder) DateTime(key string, ms int64) { b.buf = DateTime(b.buf, b.name(key), ms) }

// Value appends any value as [Encoder.Element] does. The first error is returned by [Encoder.Document].
func (b *Builder) Value(key string, v any) {
	start := len(b.buf)
	depth := len(b.open) + 1
	b.given = append(b.given, given{at: start, key: key, depth: depth, value: v})
	dst, err := b.enc.Element(b.buf, key, v, depth)
	b.keep(dst, start, err)
}

// Array appends an array without the allocation that making an interface of a slice would cost.
func (b *Builder) Array(key string, a []any) {
	start := len(b.buf)
	depth := len(b.open) + 1
	b.given = append(b.given, given{at: start, key: key, depth: depth, array: a})
	dst, err := b.enc.array(b.buf, b.name(key), a, depth)
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
func (b *Builder) Open(key string) { b.begin(TypeDocument, key) }

// OpenArray begins an array within the document that is open. Its entries begin with [Builder.OpenEntry], in their order.
func (b *Builder) OpenArray(key string) { b.begin(TypeArray, key) }

// OpenEntry begins a document that is the entry with an index of the array that is open.
func (b *Builder) OpenEntry(i int) { b.begin(TypeDocument, index(i)) }

func (b *Builder) begin(elementType byte, key string) {
	b.keys = append(b.keys, len(b.buf))
	dst, start := Begin(Header(b.buf, elementType, b.name(key)))
	b.buf, b.open = dst, append(b.open, start)
}

// End ends what [Builder.OpenArray] or [Builder.OpenEntry] began. It stays when it is empty.
func (b *Builder) End() {
	last := len(b.open) - 1
	b.buf = End(b.buf, b.open[last])
	b.open, b.keys = b.open[:last], b.keys[:last-1]
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
	if err == nil && e.BSONTagsOnly && len(b.given) > 0 {
		e.Special = e.Special || b.enc.Special
		return b.again(dst, e, b.given)
	}
	e.Special = e.Special || b.enc.Special
	if e.Marking {
		e.Marks = append(e.Marks, b.enc.Marks...)
	}
	return append(dst, built...), err
}

// again appends the document with the values that were given encoded by e.
func (b *Builder) again(dst []byte, e *Encoder, values []given) ([]byte, error) {
	var document func(dst, doc []byte) ([]byte, error)
	document = func(dst, doc []byte) ([]byte, error) {
		dst, start := Begin(dst)
		for rest := doc[4:]; ; {
			elementType, key, value, next, ok := Next(rest)
			if !ok {
				return End(dst, start), nil
			}
			at := cap(b.buf) - cap(rest)
			element := rest[:len(rest)-len(next)]
			rest = next
			var err error
			switch {
			case len(values) > 0 && values[0].at == at:
				v := values[0]
				values = values[1:]
				if v.array != nil {
					dst, err = e.array(dst, v.key, v.array, v.depth)
				} else {
					dst, err = e.Element(dst, v.key, v.value, v.depth)
				}
			case elementType == TypeDocument || elementType == TypeArray: // that was begun here
				dst, err = document(Header(dst, elementType, string(key)), value)
			default:
				dst = append(dst, element...)
			}
			if err != nil {
				return dst, err
			}
		}
	}
	return document(dst, b.buf)
}

var _ Own = (*Builder)(nil)
