// SPDX-License-Identifier: Apache-2.0

package expression

// typ is what is known of a value when the expression is compiled.
type typ struct {
	kind kind
	of   *typ // of the items of a list
}

// Of two kinds nothing is known before an evaluation: of values that come from two branches, and of what a mapping or a
// list of several types holds. Only the second takes in values of all types.
const (
	unknown  = failed
	anything = mapping + 1
)

func (t typ) open() bool   { return t.kind == unknown || t.kind == anything }
func (t typ) number() bool { return t.kind == integer || t.kind == double }

// may reports whether a value of the type can be of one of the kinds.
func (t typ) may(kinds ...kind) bool {
	for _, k := range kinds {
		if t.kind == k {
			return true
		}
	}
	return t.open()
}

// fits reports whether a value of the type is one of another.
func (t typ) fits(other typ) bool {
	return t.kind != unknown && (t.kind == other.kind || other.kind == anything)
}

// comparable reports whether values of two types can be equal.
func (t typ) comparable(other typ) bool {
	return t.open() || other.open() || t.kind == null || other.kind == null ||
		t.number() && other.number() || t.kind == other.kind
}

// either returns the type of one of two values.
func (t typ) either(other typ) typ {
	switch {
	case t.kind == null:
		return other
	case other.kind == null:
		return t
	case !t.fits(other):
		return typ{}
	case t.kind == list && other.kind == list && (!t.of.fits(*other.of) || !other.of.fits(*t.of)):
		return typ{kind: list, of: &typ{kind: anything}}
	default:
		return t
	}
}

// String describes the type in a sentence.
func (t typ) String() string {
	switch t.kind {
	case null:
		return "nil"
	case boolean:
		return "a bool"
	case integer:
		return "an int"
	case double:
		return "a double"
	case text:
		return "a string"
	case list:
		return "a list"
	case mapping:
		return "a mapping"
	default:
		return "of no one type"
	}
}
