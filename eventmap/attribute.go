// SPDX-License-Identifier: Apache-2.0

package eventmap

// Attribute is one attribute of a metric. Exactly one of Values and Limit is set.
type Attribute struct {
	Name   string
	Values []string // every value besides Default and "other"
	Limit  int      // how many different values there can be if they are not listed; 0 with Values
	// NotIdentifying reports that the map has identifies: false for an attribute whose name mostly identifies people.
	NotIdentifying bool
	Default        string       // the value when the event has none; "unknown" when not declared; may be one of Values
	Deprecated     *Deprecation // nil: it is not deprecated
	// DeprecatedValues has the values that should no longer be used, with their deprecations. Nil means none.
	DeprecatedValues map[string]Deprecation
	GoName           string            // name of the type of its values in generated Go; empty: made of Name
	GoNames          map[string]string // by value: the end of its constant's name in generated Go; nil: made of the values
}
