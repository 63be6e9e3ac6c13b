// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Document appends v, which must encode as a document (a map, a bson.D, a struct), under key; nil
// becomes an empty document. It returns where the document begins in dst.
func Document(dst []byte, key string, v any) (out []byte, start int, err error) {
	dst = Header(dst, TypeDocument, key)
	start = len(dst)
	switch v := v.(type) {
	case nil:
		v2, at := Begin(dst)
		return End(v2, at), start, nil
	case map[string]any, bson.M, bson.D, map[string]string:
		dst, err = body(dst, v, 2)
		return dst, start, err
	case bson.Raw:
		if !Valid(TypeDocument, v, 2) {
			return dst, start, &FieldError{Problem: "the bson.Raw is not valid BSON"}
		}
		return append(dst, v...), start, nil
	}
	kind, value, err := marshal(v, 1)
	if err != nil {
		return dst, start, err
	}
	if kind == bson.TypeNull { // a nil pointer
		value = []byte{5, 0, 0, 0, 0}
	} else if kind != bson.TypeEmbeddedDocument {
		return dst, start, &FieldError{Problem: fmt.Sprintf("must be a document (a map[string]any, a bson.D, a struct), not a %T", v)}
	}
	return append(dst, value...), start, nil
}
