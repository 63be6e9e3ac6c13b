// SPDX-License-Identifier: Apache-2.0

// Package commented has a comment in each place.
package commented

const (
	// Constant is first.
	Constant = 1
	// hidden is not for users.
	hidden = Constant
)

// Variable varies.
var Variable = hidden


// Type has members.
type Type struct {
	// Type.Field is a field.
	Field int
	// hidden is not for users.
	hidden int
}

// New returns a Type.
func New() Type { return Type{hidden: 1} }

// Type.Method does nothing.
func (Type) Method() {}

// Interface has a method.
type Interface interface {
	// Interface.Do does it.
	Do()
}

// Function does nothing.
func Function() {}
