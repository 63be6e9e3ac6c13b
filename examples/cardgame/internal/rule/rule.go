// SPDX-License-Identifier: Apache-2.0

// Package rule has the one error of the game's rules: why something that a
// player asked for cannot be done. What it means for a transport, such as an
// HTTP status, is decided elsewhere, by the kind.
package rule

import "fmt"

// Kind says what is wrong with a request.
type Kind int

// The kinds.
const (
	Invalid     Kind = iota + 1 // it can never be done: a value is missing or wrong
	Credentials                 // whoever asks has not proved who they are
	Forbidden                   // it is for somebody else to do
	NotFound                    // what it is about does not exist
	Conflict                    // it cannot be done now: it is not the player's turn, the name is taken
	Payment                     // the payment was refused
)

// Error is a rule that a request breaks.
type Error struct {
	Kind Kind
	Text string // says what is wrong and what would be right, never who asked
}

func (e *Error) Error() string { return e.Text }

// Break returns an *Error with a text that is formatted as fmt.Sprintf does.
func Break(k Kind, format string, args ...any) error {
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// OneOf checks that a value is one of those listed, or empty, since what old
// apps leave out is allowed.
func OneOf(what, value string, values ...string) error {
	if value == "" {
		return nil
	}
	for _, v := range values {
		if v == value {
			return nil
		}
	}
	return Break(Invalid, "%s is not one of %v", what, values)
}
