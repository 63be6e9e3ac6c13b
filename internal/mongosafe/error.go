// SPDX-License-Identifier: Apache-2.0

package mongosafe

// Error is MongoDB's or the driver's error, for errors.Is and errors.As, with a text that holds neither secrets nor parts of
// documents.
type Error struct {
	text string
	err  error
}

// Wrap returns err with the text of [Text]. doing, when it is not empty, says what failed.
func Wrap(doing string, err error, uri string) *Error {
	text := Text(err, uri)
	if doing != "" {
		text = doing + ": " + text
	}
	return &Error{text, err}
}

func (e *Error) Error() string { return e.text }

// Unwrap returns the error as the driver made it.
func (e *Error) Unwrap() error { return e.err }
