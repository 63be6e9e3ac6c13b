// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Text writes a result for people. The first error of writing is kept, and what comes after it is not written.
type Text struct {
	Style
	w   io.Writer
	err error
}

// Printf writes formatted text. Strings and errors among args may come from anywhere: they are written as [SafeLines] does.
func (t *Text) Printf(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = SafeLines(a)
		case error:
			args[i] = SafeLines(a.Error())
		}
	}
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format, args...)
	}
}

// Table writes rows below a bold header, in columns two spaces apart. Cells hold no colours of their own, and are written as
// [Safe] does.
func (t *Text) Table(header []string, rows [][]string) {
	for _, row := range rows {
		for i := range row {
			row[i] = Safe(row[i])
		}
	}
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(row []string) string {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		return strings.TrimRight(b.String(), " ")
	}
	t.Printf("%s\n", t.Bold(line(header)))
	for _, row := range rows {
		t.Printf("%s\n", line(row))
	}
}
