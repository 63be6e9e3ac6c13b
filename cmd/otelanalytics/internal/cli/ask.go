// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// CanAsk reports whether there is a terminal to ask on.
func CanAsk(cmd *cobra.Command) bool {
	return IsTerminal(cmd.InOrStdin()) && IsTerminal(cmd.ErrOrStderr())
}

// Ask asks a person, and returns the line that was typed. Without a terminal nobody can answer: the error then says that
// --yes does what is asked about. It returns an error, too, when the input or the command's context ends first.
func Ask(cmd *cobra.Command, what, question string) (string, error) {
	in, errs := cmd.InOrStdin(), cmd.ErrOrStderr()
	if !CanAsk(cmd) {
		return "", Usagef("there is no terminal for the question; give --yes to %s without a question", what)
	}
	fmt.Fprint(errs, question)
	line, err := readLine(cmd.Context(), in)
	if err != nil {
		fmt.Fprintln(errs)
	}
	return line, err
}

// readLine reads a line, or returns when ctx ends; the reading then ends with the process.
func readLine(ctx context.Context, from io.Reader) (string, error) {
	type read struct {
		line string
		err  error
	}
	done := make(chan read, 1)
	go func() {
		line, err := bufio.NewReader(from).ReadString('\n')
		done <- read{strings.TrimRight(line, "\r\n"), err}
	}()
	select {
	case r := <-done:
		if errors.Is(r.err, io.EOF) {
			r.err = errors.New("no line was typed")
		}
		return r.line, r.err
	case <-ctx.Done():
		return "", errors.New("interrupted")
	}
}
