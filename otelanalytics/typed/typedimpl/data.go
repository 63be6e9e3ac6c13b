// SPDX-License-Identifier: Apache-2.0

package typedimpl

import (
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// Data holds the data of one event while they are encoded. Generated code gets Data from [Begin], appends the fields in
// their order, and ends with Track, Record or AppendTo. Then it must not use Data any more. Data is for one goroutine.
// Keys must not contain a NUL byte.
type Data struct{ b bsondoc.Builder }

var pool = sync.Pool{New: func() any { return new(Data) }}

// maxBytes is the largest buffer that is kept, so that one large event does not hold memory.
const maxBytes = 256 << 10

// Begin returns empty data.
func Begin() *Data {
	d := pool.Get().(*Data)
	d.b.Reset()
	return d
}

func (d *Data) release() {
	d.b.Forget()
	if d.b.Cap() <= maxBytes {
		pool.Put(d)
	}
}

// String appends a text. An empty text is a missing field.
func (d *Data) String(key, s string) {
	if s != "" {
		d.b.String(key, s)
	}
}

// Int appends an integer if there is one. It uses 32 bits if the value fits.
func (d *Data) Int(key string, i typed.Optional[int64]) {
	if v, there := i.Get(); there {
		d.b.Int(key, v)
	}
}

// Float64 appends a number, if there is one.
func (d *Data) Float64(key string, f typed.Optional[float64]) {
	if v, there := f.Get(); there {
		d.b.Double(key, v)
	}
}

// Bool appends a boolean, if there is one.
func (d *Data) Bool(key string, b typed.Optional[bool]) {
	if v, there := b.Get(); there {
		d.b.Bool(key, v)
	}
}

// Date appends a date in milliseconds. The zero time is a missing field.
func (d *Data) Date(key string, t time.Time) {
	if !t.IsZero() {
		d.b.Time(key, t)
	}
}

// Object appends a document. Nil is a missing field.
func (d *Data) Object(key string, m map[string]any) {
	if m != nil {
		d.b.Value(key, m)
	}
}

// Array appends an array. Nil is a missing field.
func (d *Data) Array(key string, a []any) {
	if a != nil {
		d.b.Array(key, a)
	}
}

// Any appends a value of any type that otelanalytics.Event accepts. Nil is a missing field.
func (d *Data) Any(key string, v any) {
	if v != nil {
		d.b.Value(key, v)
	}
}

// Open begins a document within the data. Close ends it, and leaves out an empty document.
func (d *Data) Open(key string) { d.b.Open(key) }

// Close ends the document that Open began.
func (d *Data) Close() { d.b.Close() }

// OpenArray begins an array of documents. OpenEntry begins each entry, with its index, in order. End ends an entry, and
// the array.
func (d *Data) OpenArray(key string) { d.b.OpenArray(key) }

// OpenEntry begins the entry with index i in the array that OpenArray began.
func (d *Data) OpenEntry(i int) { d.b.OpenEntry(i) }

// End ends the array or the entry that OpenArray or OpenEntry began. It keeps an empty one.
func (d *Data) End() { d.b.End() }

// Fields appends the fields of one event. Generated code uses it as the data of an event for TrackBatch.
type Fields func(*Data)

// AppendBSON appends the fields as one BSON document.
func (f Fields) AppendBSON(dst []byte) ([]byte, error) { return f.AppendOwn(dst, new(bsondoc.Encoder)) }

// AppendOwn does what AppendBSON does, with the client's encoder, which decides how fields of structs are named.
func (f Fields) AppendOwn(dst []byte, e *bsondoc.Encoder) ([]byte, error) {
	d := Begin()
	defer d.release()
	f(d)
	return d.b.AppendOwn(dst, e)
}

// AppendTo appends the data to dst as one BSON document.
func (d *Data) AppendTo(dst []byte) ([]byte, error) {
	dst, err := d.b.AppendOwn(dst, new(bsondoc.Encoder))
	d.release()
	return dst, err
}
