// SPDX-License-Identifier: Apache-2.0

package eventmap

// Attribute is one attribute of a metric. Exactly one of Values and Limit is set.
type Attribute struct {
	Name   string
	Values []string // every value it can take besides Default and "other"
	Limit  int      // how many distinct values it can take where they are not listed; 0 with Values
	// NotIdentifying: the map says identifies: false, though the name is one that mostly identifies people.
	NotIdentifying bool
	Default        string       // stands in for a missing value; "unknown" when not declared; may be one of Values
	Deprecated     *Deprecation // nil: it is not
	// DeprecatedValues are those of Values that should no longer be used; nil: none.
	DeprecatedValues map[string]Deprecation
	GoName           string            // of the type of its values in generated Go; empty: made of Name
	GoNames          map[string]string // by value: what its constant ends in, in generated Go; nil: made of the values
}
