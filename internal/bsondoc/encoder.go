// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Encoder appends Go values as BSON. The zero value is ready for use. It is used again for many documents, and is not safe
// for concurrent use.
type Encoder struct {
	// BSONTagsOnly names fields by their bson tags alone. By default a field without a bson tag is named by its json tag.
	BSONTagsOnly bool
	// Marking notes the other names of fields in Marks.
	Marking bool
	// Marks has the fields of structs in the last document that have other names than their key, in the document's order.
	Marks []Mark
	// Special: a key of the last document begins with a dollar sign, or has a dot or a percent sign. It may be true without one
	// where the application encoded a part of the document.
	Special bool

	start int     // where the document begins
	path  []visit // the pointers that lead to the current value
}

// MaxBytes is the size at which encoding gives up. It is twice what MongoDB stores, since redaction may still take
// fields away. Values that refer to one another without a cycle can have a size that doubles with each of them.
const MaxBytes = 32 << 20

// place is where a value stands.
type place struct {
	depth   int  // how many documents enclose it
	minimal bool // within a field with the tag minsize
}

// Document appends v, which must encode as a document (a map, a bson.D, a struct). Nil becomes an empty document. On an
// error, which is a [FieldError], what out holds beyond dst is undefined.
func (e *Encoder) Document(dst []byte, v any) (out []byte, err error) {
	e.begin(len(dst))
	switch v := v.(type) {
	case nil:
		dst, start := Begin(dst)
		return End(dst, start), nil
	case map[string]any, bson.M, bson.D, map[string]string:
		return e.body(dst, v, place{depth: 2})
	case Own:
		return v.AppendOwn(dst, e)
	case Appender:
		return e.appended(dst, v)
	}
	return e.bare(dst, v, place{depth: 1}, true)
}

// begin forgets the document before.
func (e *Encoder) begin(start int) {
	e.start, e.Marks, e.Special, e.path = start, e.Marks[:0], false, e.path[:0]
}

// bare appends what must be a document, without a type and a key. Nil is an empty one. MarshalBSON comes first where the
// document is the whole, as for the driver; elsewhere MarshalBSONValue does.
func (e *Encoder) bare(dst []byte, v any, p place, whole bool) (out []byte, err error) {
	const header = 2 // a type and the NUL of an empty key, which go again
	at := len(dst)
	e.start += header
	if m, ok := v.(bson.Marshaler); ok && whole {
		out, err = e.marshalled(dst, "", m, p)
	} else {
		out, err = e.value(dst, "", v, p)
	}
	e.start -= header
	if err != nil {
		return dst, err
	}
	switch out[at] {
	case TypeNull:
		dst, start := Begin(out[:at])
		return End(dst, start), nil
	case TypeDocument:
		return append(out[:at], out[at+header:]...), nil
	}
	return dst, &FieldError{Problem: fmt.Sprintf("must be a document (a map[string]any, a bson.D, a struct), not a %T", v)}
}

// Element appends v under key. depth is how many documents enclose it. On an error, which is a [FieldError], what dst holds
// beyond its old length is undefined.
func (e *Encoder) Element(dst []byte, key string, v any, depth int) ([]byte, error) {
	e.path = e.path[:0]
	return e.element(dst, key, v, place{depth: depth})
}

// array is Element for a slice that is not in an interface.
func (e *Encoder) array(dst []byte, key string, a []any, depth int) ([]byte, error) {
	e.path = e.path[:0]
	dst, start := Begin(Header(dst, TypeArray, key))
	dst, err := e.items(dst, a, place{depth: depth + 1})
	if err != nil {
		return dst, below(key, err)
	}
	return End(dst, start), nil
}

// element is Element for a value within another one.
func (e *Encoder) element(dst []byte, key string, v any, p place) ([]byte, error) {
	clean, err := e.checkKey(key)
	if err != nil {
		return dst, below(key, err)
	}
	dst, err = e.value(dst, clean, v, p)
	if err != nil {
		return dst, below(key, err)
	}
	return dst, nil
}

// enter begins a document or array that is p.depth deep.
func (e *Encoder) enter(dst []byte, p place) ([]byte, int, error) {
	if p.depth > MaxDepth {
		return dst, 0, &FieldError{Problem: "documents nested more than " + strconv.Itoa(MaxDepth) + " deep, which MongoDB does not store; flatten it (does it refer to itself?)"}
	}
	if len(dst)-e.start > MaxBytes {
		return dst, 0, &FieldError{TooLarge: true, Problem: fmt.Sprintf("the data take more than %d bytes where this begins; MongoDB stores at most 16 MiB: leave out what is large or referred to many times", MaxBytes)}
	}
	dst, start := Begin(dst)
	return dst, start, nil
}
