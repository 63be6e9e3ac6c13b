// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"encoding/binary"
	"math"
	"time"
	"unsafe"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// typeSet is the BSON types that a field may have: a bit for each. Null is in each set, for it is a missing value.
type typeSet uint64

const (
	anyType typeSet = math.MaxUint64
	nulls           = typeSet(1<<bsondoc.TypeNull | 1<<bsondoc.TypeUndefined)
	// fractions is set where a double may have a fraction. It is no type of BSON.
	fractions = typeSet(1 << 63)
	// instants is set where a text must be an instant in RFC 3339. It is no type of BSON.
	instants = typeSet(1 << 62)
)

// typesOf returns the types that a field has which the map declares.
func typesOf(f *eventmap.Field) typeSet {
	if f.Types == nil {
		return typesOfType(f.Type)
	}
	var all typeSet
	for _, t := range f.Types {
		all |= typesOfType(t)
	}
	if f.Has(eventmap.StringField) {
		all &^= instants
	}
	return all
}

// typesOfType returns the types of a field of one declared type. As for expressions, a double without a fraction is
// an int, since JSON has one kind of number, and an int is a double. Text in RFC 3339 is a date, since JSON has none.
func typesOfType(declared eventmap.FieldType) typeSet {
	const numbers = 1<<bsondoc.TypeInt32 | 1<<bsondoc.TypeInt64 | 1<<bsondoc.TypeDouble
	switch declared {
	case eventmap.StringField:
		return nulls | 1<<bsondoc.TypeString
	case eventmap.IntField:
		return nulls | numbers
	case eventmap.DoubleField:
		return nulls | numbers | fractions
	case eventmap.BoolField:
		return nulls | 1<<bsondoc.TypeBool
	case eventmap.DateField:
		return nulls | 1<<bsondoc.TypeDateTime | 1<<bsondoc.TypeString | instants
	case eventmap.ObjectField:
		return nulls | 1<<bsondoc.TypeDocument
	case eventmap.ArrayField:
		return nulls | 1<<bsondoc.TypeArray
	default:
		return anyType
	}
}

// has reports whether a value is of a type in the set.
func (s typeSet) has(elementType byte, value []byte) bool {
	if s == anyType {
		return true
	}
	if elementType >= 62 || s&(1<<elementType) == 0 { // from 127 on are the least and the greatest key
		return false
	}
	if elementType == bsondoc.TypeString {
		return s&instants == 0 || isInstant(value)
	}
	return elementType != bsondoc.TypeDouble || s&fractions != 0 || integral(math.Float64frombits(binary.LittleEndian.Uint64(value)))
}

// isInstant reports whether an encoded text is a date and a time in RFC 3339, such as 2026-11-27T20:15:00Z.
func isInstant(value []byte) bool {
	if len(value) < 5 {
		return false
	}
	text := value[4 : len(value)-1]
	_, err := time.Parse(time.RFC3339, unsafe.String(unsafe.SliceData(text), len(text)))
	return err == nil
}

// integral reports whether f is a whole number that an int64 holds.
func integral(f float64) bool {
	return f == math.Trunc(f) && f >= math.MinInt64 && f < -math.MinInt64
}
