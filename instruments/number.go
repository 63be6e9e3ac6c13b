// SPDX-License-Identifier: Apache-2.0

package instruments

import "math"

// number is what an instrument records: i for an integer instrument, f for a floating-point one.
type number struct {
	i int64
	f float64
}

// reason says why a value was refused. The zero reason is none.
type reason uint8

const (
	accepted reason = iota
	reasonMissing
	reasonType
	reasonNotFinite
	reasonNegative
	reasonNotInteger
	reasonSumRange
	reasonAttributeType
	reasonExpression
	reasonConditionMissing
	reasonConditionType
	reasonConditionFailed
	reasonCount
)

// reasonNames are the values of the attribute reason of otelanalytics.values.refused.
var reasonNames = [reasonCount]string{
	reasonMissing:       "missing",
	reasonType:          "type",
	reasonNotFinite:     "not_finite",
	reasonNegative:      "negative",
	reasonNotInteger:    "not_integer",
	reasonSumRange:      "sum_range",
	reasonAttributeType: "attribute_type",
	reasonExpression:    "expression",

	reasonConditionMissing: "when_missing",
	reasonConditionType:    "when_type",
	reasonConditionFailed:  "when_failed",
}

// numberOf converts a field for an instrument that takes integers or floating-point numbers, and only
// values of at least zero when positive is set.
func numberOf(v Value, integer, positive bool) (number, reason) {
	var n number
	switch v.kind {
	case KindInt:
		n = number{i: int64(v.bits), f: float64(int64(v.bits))}
	case KindDouble:
		n.f = math.Float64frombits(v.bits)
		if math.IsNaN(n.f) || math.IsInf(n.f, 0) {
			return n, reasonNotFinite
		}
		if integer {
			// 2^63 as a float64 is exact; everything below it fits an int64.
			if n.f != math.Trunc(n.f) || n.f < math.MinInt64 || n.f >= -math.MinInt64 {
				return n, reasonNotInteger
			}
			n.i = int64(n.f)
		}
	case KindMissing:
		return n, reasonMissing
	default:
		return n, reasonType
	}
	if positive && n.f < 0 {
		return n, reasonNegative
	}
	return n, accepted
}
