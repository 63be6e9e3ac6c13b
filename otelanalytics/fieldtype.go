// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"encoding/binary"
	"math"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// isOf reports whether a BSON value has the type that the map declares. Null is a missing value. As for
// expressions, a double without a fraction is an int, since JSON has one kind of number, and an int is a
// double.
func isOf(declared eventmap.FieldType, elementType byte, value []byte) bool {
	if elementType == bsondoc.TypeNull || elementType == bsondoc.TypeUndefined {
		return true
	}
	switch declared {
	case eventmap.StringField:
		return elementType == bsondoc.TypeString
	case eventmap.IntField:
		return elementType == bsondoc.TypeInt32 || elementType == bsondoc.TypeInt64 ||
			elementType == bsondoc.TypeDouble && integral(math.Float64frombits(binary.LittleEndian.Uint64(value)))
	case eventmap.DoubleField:
		return elementType == bsondoc.TypeDouble || elementType == bsondoc.TypeInt32 || elementType == bsondoc.TypeInt64
	case eventmap.BoolField:
		return elementType == bsondoc.TypeBool
	case eventmap.DateField:
		return elementType == bsondoc.TypeDateTime
	case eventmap.ObjectField:
		return elementType == bsondoc.TypeDocument
	case eventmap.ArrayField:
		return elementType == bsondoc.TypeArray
	default:
		return true
	}
}

// integral reports whether f is a whole number that an int64 holds.
func integral(f float64) bool {
	return f == math.Trunc(f) && f >= math.MinInt64 && f < -math.MinInt64
}
