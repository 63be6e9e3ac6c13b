// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"io"
	"strings"
	"testing"
)

func TestReadLine(t *testing.T) {
	for name, c := range map[string]struct{ typed, line, err string }{
		"a line":               {"yes\nno\n", "yes", ""},
		"a line of Windows":    {"yes\r\n", "yes", ""},
		"spaces are kept":      {" a b \n", " a b ", ""},
		"an empty line":        {"\n", "", ""},
		"the end before a key": {"", "", "no line was typed"},
		"the end in a line":    {"ye", "ye", "no line was typed"},
	} {
		t.Run(name, func(t *testing.T) {
			line, err := readLine(t.Context(), strings.NewReader(c.typed))
			if line != c.line || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
				t.Errorf("got %q, %v; want %q, %q", line, err, c.line, c.err)
			}
		})
	}
}

func TestReadLineEndsWithTheContext(t *testing.T) {
	in, typing := io.Pipe()
	defer typing.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := readLine(ctx, in); err == nil || err.Error() != "interrupted" {
		t.Errorf("got %v", err)
	}
}
