// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// cursor is the place behind one document, in the order of newestFirst.
type cursor struct {
	timestamp bson.DateTime
	id        bson.RawValue
}

// cursorVersion is the first byte of a cursor. What follows is a BSON document {t: timestamp, i: _id}; all
// of it is base64url without padding.
const cursorVersion = 1

func cursorEncoding() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// cursorBehind returns the cursor of a document that a query found.
func cursorBehind(doc bson.Raw) (string, error) {
	id := doc.Lookup(eventdoc.FieldID)
	if bracket(id.Type) < 0 {
		return "", fmt.Errorf("mongostore: query: cannot continue after a document whose _id has the type %s", id.Type)
	}
	place, err := bson.Marshal(bson.D{{Key: "t", Value: doc.Lookup(eventdoc.FieldTime)}, {Key: "i", Value: id}})
	if err != nil {
		return "", fmt.Errorf("mongostore: query: cursor: %w", err)
	}
	return cursorEncoding().EncodeToString(append([]byte{cursorVersion}, place...)), nil
}

// parseCursor reads a cursor, which may come from anywhere: it can name any place, and nothing else.
func parseCursor(text string) (cursor, error) {
	data, err := cursorEncoding().DecodeString(text)
	switch {
	case err != nil || len(data) == 0 || strings.ContainsAny(text, "\r\n"): // which the decoder skips
		return cursor{}, fmt.Errorf("%w: not base64url; give the Next of a page unchanged", ErrCursor)
	case data[0] != cursorVersion:
		return cursor{}, fmt.Errorf("%w: version %d, and this program knows %d; begin again with the first page", ErrCursor, data[0], cursorVersion)
	}
	bad := fmt.Errorf("%w: damaged; give the Next of a page unchanged", ErrCursor)
	place := bson.Raw(data[1:])
	if len(place) < 5 || int(binary.LittleEndian.Uint32(place)) != len(place) || place.Validate() != nil {
		return cursor{}, bad
	}
	elements, err := place.Elements()
	if err != nil || len(elements) != 2 || elements[0].Key() != "t" || elements[1].Key() != "i" {
		return cursor{}, bad
	}
	timestamp, id := elements[0].Value(), elements[1].Value()
	if timestamp.Type != bson.TypeDateTime || bracket(id.Type) < 0 {
		return cursor{}, bad
	}
	ms, _ := timestamp.DateTimeOK()
	return cursor{bson.DateTime(ms), id}, nil
}

// filter matches what comes behind the place. The bound on the timestamp alone is for the index: from there
// on the server passes over the events of the same millisecond that came before.
func (c cursor) filter() bson.A {
	lt := func(v any) bson.D { return bson.D{{Key: "$lt", Value: v}} }
	behind := bson.A{
		bson.D{{Key: eventdoc.FieldTime, Value: lt(c.timestamp)}},
		bson.D{{Key: eventdoc.FieldID, Value: lt(c.id)}},
	}
	// $lt compares values of one type only, while the order goes through all types.
	if lower := idTypes()[:bracket(c.id.Type)]; len(lower) > 0 {
		aliases := make(bson.A, len(lower))
		for i, t := range lower {
			aliases[i] = t.alias
		}
		behind = append(behind, bson.D{{Key: eventdoc.FieldID, Value: bson.D{{Key: "$type", Value: aliases}}}})
	}
	return bson.A{
		bson.D{{Key: eventdoc.FieldTime, Value: bson.D{{Key: "$lte", Value: c.timestamp}}}},
		bson.D{{Key: "$or", Value: behind}},
	}
}

// idType is a group of types that are compared by value with each other.
type idType struct {
	alias string // of $type
	types []bson.Type
}

// idTypes are the types that an _id can have, in the order in which MongoDB sorts them. What no program uses
// (MinKey, code and the like) is left out.
func idTypes() []idType {
	return []idType{
		{"null", []bson.Type{bson.TypeNull}},
		{"number", []bson.Type{bson.TypeInt32, bson.TypeInt64, bson.TypeDouble, bson.TypeDecimal128}},
		{"string", []bson.Type{bson.TypeString}},
		{"object", []bson.Type{bson.TypeEmbeddedDocument}},
		{"binData", []bson.Type{bson.TypeBinary}},
		{"objectId", []bson.Type{bson.TypeObjectID}},
		{"bool", []bson.Type{bson.TypeBoolean}},
		{"date", []bson.Type{bson.TypeDateTime}},
		{"timestamp", []bson.Type{bson.TypeTimestamp}},
	}
}

// bracket is the index of a type's group in idTypes, -1 when it has none.
func bracket(t bson.Type) int {
	return slices.IndexFunc(idTypes(), func(i idType) bool { return slices.Contains(i.types, t) })
}
