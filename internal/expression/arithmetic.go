// SPDX-License-Identifier: Apache-2.0

package expression

import (
	"math"
	"strings"
)

// arithmetic computes a binary operator. It fails where an int is out of range.
func arithmetic(o op, a, b value) value {
	switch {
	case a.kind == text && b.kind == text && o == opAdd:
		return textValue(a.str() + b.str())
	case !a.number() || !b.number():
		return value{}
	case o == opDivide:
		return doubleValue(a.float() / b.float())
	case o == opPower:
		return doubleValue(math.Pow(a.float(), b.float()))
	case a.kind == integer && b.kind == integer:
		return integers(o, a.int(), b.int())
	}
	switch x, y := a.float(), b.float(); o {
	case opAdd:
		return doubleValue(x + y)
	case opSubtract:
		return doubleValue(x - y)
	case opMultiply:
		return doubleValue(x * y)
	default:
		return value{}
	}
}

func integers(o op, a, b int64) value {
	var result int64
	ok := true
	switch o {
	case opAdd:
		result = a + b
		ok = (result > a) == (b > 0)
	case opSubtract:
		result = a - b
		ok = (result < a) == (b > 0)
	case opMultiply:
		result = a * b
		ok = a == 0 || result/a == b && (a != -1 || b != math.MinInt64)
	case opModulo:
		if ok = b != 0; ok {
			result = a % b
		}
	}
	if !ok {
		return value{}
	}
	return intValue(result)
}

func negate(a value) value {
	switch {
	case a.kind == double:
		return doubleValue(-a.double())
	case a.kind == integer && a.int() != math.MinInt64:
		return intValue(-a.int())
	default:
		return value{}
	}
}

// compare computes < <= > >=.
func compare(o op, a, b value) value {
	switch {
	case a.kind == integer && b.kind == integer:
		x, y := a.int(), b.int()
		return boolValue(o.holds(x < y, x == y, x > y))
	case a.number() && b.number():
		x, y := a.float(), b.float()
		return boolValue(o.holds(x < y, x == y, x > y))
	case a.kind == text && b.kind == text:
		order := strings.Compare(a.str(), b.str())
		return boolValue(o.holds(order < 0, order == 0, order > 0))
	default:
		return value{}
	}
}

// holds reports whether a comparison holds: none does for a double that is not a number.
func (o op) holds(less, equal, more bool) bool {
	switch o {
	case opLess:
		return less
	case opLessOrEqual:
		return less || equal
	case opMore:
		return more
	default:
		return more || equal
	}
}
