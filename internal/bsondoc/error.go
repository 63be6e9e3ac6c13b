// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"errors"
	"strings"
)

// FieldError says which field cannot be BSON, and why.
type FieldError struct {
	Path    string // dotted; empty for the document itself
	Problem string // never holds the field's value
}

func (e *FieldError) Error() string {
	if e.Path == "" {
		return e.Problem
	}
	return e.Path + ": " + e.Problem
}

// below puts key in front of the path of a FieldError that came from inside key.
func below(key string, err error) error {
	var fe *FieldError
	if !errors.As(err, &fe) {
		return err
	}
	// A key is the caller's text: make it safe to print and keep it short.
	key = strings.ToValidUTF8(strings.ReplaceAll(key, "\x00", `\x00`), "\uFFFD")
	if len(key) > 64 {
		key = strings.ToValidUTF8(key[:64], "") + "…"
	}
	if fe.Path != "" {
		key += "." + fe.Path
	}
	return &FieldError{Path: key, Problem: fe.Problem}
}
