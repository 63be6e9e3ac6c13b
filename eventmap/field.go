// SPDX-License-Identifier: Apache-2.0

package eventmap

// Field is the declaration of one field of an event's data.
type Field struct {
	Path        Path
	Type        FieldType   // empty if no type or several types are declared
	Types       []FieldType // all of them if several are declared; nil otherwise
	Rules       Rules
	Description string
	Redact      RedactMode
	Deprecated  *Deprecation // nil: it is not deprecated
	GoName      string       // in generated Go; empty: made of the last part of Path
	// GoNames has the ends of constants' names in generated Go, by value, for some of Rules.Values. Nil means that they
	// are made of the values.
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
