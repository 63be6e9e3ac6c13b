// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Style colours text for a terminal; the zero Style leaves it as it is.
type Style struct{ on bool }

// styleOf returns the style for what is written to w: colours on a terminal, unless NO_COLOR is set
// (https://no-color.org) or the terminal is dumb.
func styleOf(w io.Writer) Style {
	return Style{on: IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// Styled is text with a style's own codes in it, and nothing else that a terminal would act on.
type Styled string

// Bold, Red, Yellow and Green return text in that style, as [Safe] writes it.
func (s Style) Bold(text string) Styled   { return s.code("1", text) }
func (s Style) Red(text string) Styled    { return s.code("31", text) }
func (s Style) Yellow(text string) Styled { return s.code("33", text) }
func (s Style) Green(text string) Styled  { return s.code("32", text) }

func (s Style) code(code, text string) Styled {
	text = Safe(text)
	if !s.on || text == "" {
		return Styled(text)
	}
	return Styled("\x1b[" + code + "m" + text + "\x1b[0m")
}

// IsTerminal reports whether what is read or written is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
