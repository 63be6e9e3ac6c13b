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
	// TooLarge: it takes more than [MaxBytes].
	TooLarge bool
}

func (e *FieldError) Error() string {
	if e.Path == "" {
		return e.Problem
	}
	return e.Path + ": " + e.Problem
}

// maxPath is the length of the longest path, in bytes. What is deeper than that is left out.
const maxPath = 256

// below puts key in front of the path of a FieldError that came from inside key.
func below(key string, err error) error {
	var fe *FieldError
	if !errors.As(err, &fe) {
		return err
	}
	// A key is the caller's text: make it safe to print and keep it short.
	key = cleanText(strings.ReplaceAll(key, "\x00", `\x00`))
	if len(key) > 64 {
		key = strings.ToValidUTF8(key[:64], "") + "…"
	}
	if fe.Path != "" {
		key += "." + fe.Path
	}
	if len(key) > maxPath {
		key = strings.TrimSuffix(strings.ToValidUTF8(key[:maxPath], ""), "…") + "…"
	}
	return &FieldError{Path: key, Problem: fe.Problem, TooLarge: fe.TooLarge}
}
