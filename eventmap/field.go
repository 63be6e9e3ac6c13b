// SPDX-License-Identifier: Apache-2.0

package eventmap

// Field is what the map says about one field of an event's data.
type Field struct {
	Path        Path
	Type        FieldType   // empty when none or several are declared
	Types       []FieldType // when several are declared: all of them; nil otherwise
	Rules       Rules
	Description string
	Redact      RedactMode
	Deprecated  *Deprecation // nil: it is not
	GoName      string       // in generated Go; empty: made of the last part of Path
	// GoNames has, by value, what its constant ends in, in generated Go, for some of Rules.Values; nil: made of the values.
	GoNames map[string]string
}

// FieldType is the type of a field, named as MongoDB's $type operator does.
type FieldType string

// The types that a map can declare.
const (
	StringField FieldType = "string"
	IntField    FieldType = "int"    // of 32 or 64 bits
	DoubleField FieldType = "double" // integers are doubles too
	BoolField   FieldType = "bool"
	DateField   FieldType = "date"
	ObjectField FieldType = "object"
	ArrayField  FieldType = "array"
)
