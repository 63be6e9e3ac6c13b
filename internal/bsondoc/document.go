// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"errors"
	"fmt"
)

// Appender is what appends itself as a whole BSON document, without reflection.
type Appender interface {
	AppendBSON(dst []byte) ([]byte, error)
}

// Own is an Appender of the SDK's own, which is trusted to append one valid document, or nothing and an error: only what
// can name this package can have the method. It adds its marks to those of e when e.Marking, and sets
// e.Special where it has special keys.
type Own interface {
	AppendOwn(dst []byte, e *Encoder) ([]byte, error)
}

// appended has v append itself. It may be the application's, and is trusted as little as its encoders: it gets the room
// behind dst and cannot reach dst, which holds what belongs to other events, and what it returns is copied unless it is in
// that room, since it may be memory that the application uses elsewhere.
func (e *Encoder) appended(dst []byte, v Appender) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = dst, &FieldError{Problem: fmt.Sprintf("AppendBSON of %T panicked", v)}
		}
	}()
	e.Special = true // nobody has looked
	room := dst[len(dst):]
	doc, err := v.AppendBSON(room)
	var field *FieldError
	switch {
	case errors.As(err, &field): // of a Builder, which names the field and not its value
		return dst, field
	case err != nil:
		return dst, &FieldError{Problem: fmt.Sprintf("AppendBSON of %T failed", v)}
	case !Valid(TypeDocument, doc, 2):
		return dst, &FieldError{Problem: fmt.Sprintf("what AppendBSON of %T appended is not one BSON document", v)}
	case !isClean(TypeDocument, doc):
		return cleanDocument(dst, append([]byte(nil), doc...)), nil // it may be in the room that this appends to
	case len(doc) <= cap(room) && &doc[0] == &room[:1][0]:
		return dst[:len(dst)+len(doc)], nil
	default:
		return append(dst, doc...), nil
	}
}
