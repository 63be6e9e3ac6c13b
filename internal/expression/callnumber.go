// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"math"
	"strconv"
)

func abs(a, _ value) value {
	switch {
	case a.kind == integer && a.int() < 0:
		return negate(a)
	case a.kind == double && a.double() < 0:
		return doubleValue(-a.double())
	case a.number():
		return a
	default:
		return value{}
	}
}

func ceil(a, _ value) value {
	if !a.number() {
		return value{}
	}
	return doubleValue(math.Ceil(a.float()))
}

func floor(a, _ value) value {
	if !a.number() {
		return value{}
	}
	return doubleValue(math.Floor(a.float()))
}

func round(a, _ value) value {
	if !a.number() {
		return value{}
	}
	return doubleValue(math.Round(a.float()))
}

// toInt fails for a double that no int is near to, and for text that is no decimal int.
func toInt(a, _ value) value {
	switch a.kind {
	case integer:
		return a
	case double:
		if d := math.Trunc(a.double()); d >= math.MinInt64 && d < -math.MinInt64 {
			return intValue(int64(d))
		}
	case text:
		if i, err := strconv.ParseInt(a.str(), 10, 64); err == nil {
			return intValue(i)
		}
	}
	return value{}
}

func toFloat(a, _ value) value {
	switch a.kind {
	case integer, double:
		return doubleValue(a.float())
	case text:
		if d, err := strconv.ParseFloat(a.str(), 64); err == nil {
			return doubleValue(d)
		}
	}
	return value{}
}

// extreme goes on with the larger or, of opLess, the smaller of the numbers so far and a number or those of a list.
func extreme(sofar, next value, replaces op) value {
	if next.kind == list {
		for _, v := range next.many().items {
			if sofar = extreme(sofar, v, replaces); sofar.kind == failed {
				break
			}
		}
		return sofar
	}
	switch {
	case !next.number():
		return value{}
	case sofar.kind == null, compare(replaces, next, sofar).is(true):
		return next
	default:
		return sofar
	}
}

// most evaluates max and min: of an empty list, nil.
func (n *node) most(e *env) value {
	replaces := opMore
	if n.function.name == "min" {
		replaces = opLess
	}
	result := value{kind: null}
	for _, argument := range n.kids {
		if result = extreme(result, argument.eval(e), replaces); result.kind == failed {
			return value{}
		}
	}
	return result
}
