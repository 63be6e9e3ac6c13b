// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Appender is what appends itself as a whole BSON document, without reflection.
type Appender interface {
	AppendBSON(dst []byte) ([]byte, error)
}

// Own is an Appender of the SDK's own, which is trusted to append one valid document, or nothing and an error: only what
// can name this package can have the method.
type Own interface {
	AppendOwn(dst []byte, _ Trusted) ([]byte, error)
}

// Trusted tells [Own] from what applications write.
type Trusted struct{}

// appended has v append itself. It may be the application's, and is trusted as little as its encoders: it gets the room
// behind dst and cannot reach dst, which holds what belongs to other events, and what it returns is copied unless it is in
// that room, since it may be memory that the application uses elsewhere.
func appended(dst []byte, v Appender) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = dst, &FieldError{Problem: fmt.Sprintf("AppendBSON of %T panicked", v)}
		}
	}()
	room := dst[len(dst):]
	doc, err := v.AppendBSON(room)
	var field *FieldError
	switch {
	case errors.As(err, &field): // of a Builder, which names the field and not its value
		return dst, field
	case err != nil:
		return dst, &FieldError{Problem: fmt.Sprintf("AppendBSON of %T failed", v)}
	}
	if len(doc) > 0 && len(doc) <= cap(room) && &doc[0] == &room[:1][0] {
		out = dst[:len(dst)+len(doc)]
	} else {
		out = append(dst, doc...)
	}
	if !Valid(TypeDocument, out[len(dst):], 2) {
		return dst, &FieldError{Problem: fmt.Sprintf("what AppendBSON of %T appended is not one BSON document", v)}
	}
	return out, nil
}

// Document appends v, which must encode as a document (a map, a bson.D, a struct). Nil becomes an empty document. On an
// error, which is a [FieldError], what out holds beyond dst is undefined.
func Document(dst []byte, v any) (out []byte, err error) {
	switch v := v.(type) {
	case nil:
		dst, start := Begin(dst)
		return End(dst, start), nil
	case map[string]any, bson.M, bson.D, map[string]string:
		return body(dst, v, 2)
	case bson.Raw:
		if !Valid(TypeDocument, v, 2) {
			return dst, &FieldError{Problem: "the bson.Raw is not valid BSON"}
		}
		return append(dst, v...), nil
	case Own:
		return v.AppendOwn(dst, Trusted{})
	case Appender:
		return appended(dst, v)
	}
	kind, value, err := marshal(v, 1)
	if err != nil {
		return dst, err
	}
	if kind == bson.TypeNull { // a nil pointer
		value = []byte{5, 0, 0, 0, 0}
	} else if kind != bson.TypeEmbeddedDocument {
		return dst, &FieldError{Problem: fmt.Sprintf("must be a document (a map[string]any, a bson.D, a struct), not a %T", v)}
	}
	return append(dst, value...), nil
}
