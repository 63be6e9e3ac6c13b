// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// FieldValue is a condition for a field of an event's data.
type FieldValue struct {
	// Path has 1 to 6 names from the call of Track, with dots between them: "$current_url", "order.total".
	//
	// When several fields can have the path, each of them counts. For order.total they are a field total in an object order,
	// and a field with the dot in its name. Fields that another program stored with a dot or a leading dollar sign in their
	// names are not found.
	Path string
	// Value is a string, a number, a bool, a time.Time, or nil. nil matches null and a missing field. A number equals numbers of
	// every size. An array matches when one of its entries equals the value.
	Value any
}

// match returns the filter in MongoDB's language.
func (f FieldValue) match() (bson.D, error) {
	names := strings.Split(f.Path, ".")
	switch {
	case slices.Contains(names, "") || strings.ContainsRune(f.Path, 0):
		return nil, fmt.Errorf("%w: Query.Data has the path %q, which has an empty name or a NUL byte; write such as order.total", ErrQuery, f.Path)
	case len(names) > eventdoc.MostSpelled:
		return nil, fmt.Errorf("%w: Query.Data has the path %q of %d names; it must have at most %d", ErrQuery, f.Path, len(names), eventdoc.MostSpelled)
	}
	if _, err := bson.Marshal(bson.D{{Key: "v", Value: f.Value}}); err != nil {
		return nil, fmt.Errorf("%w: Query.Data has a %T for %q, which is no value of BSON", ErrQuery, f.Value, f.Path)
	}
	value := f.Value
	if text, ok := value.(string); ok {
		value = asStored(text)
	}
	key, every := "$or", eventdoc.Spellings(f.Path)
	if f.Value == nil {
		key = "$and" // there is none in any spelling
	}
	all := make(bson.A, len(every))
	for i, path := range every {
		all[i] = bson.D{{Key: path, Value: bson.D{{Key: "$eq", Value: value}}}}
	}
	return bson.D{{Key: key, Value: all}}, nil
}
