// SPDX-License-Identifier: Apache-2.0

package user

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

var errNotConfirmed = errors.New("that is not the user's id; nothing was deleted")

// confirm has a person type the user's id. Without a terminal nobody can.
func confirm(cmd *cobra.Command, userID string, c config.Config, dir string) error {
	in, errs := cmd.InOrStdin(), cmd.ErrOrStderr()
	if !cli.IsTerminal(in) || !cli.IsTerminal(errs) {
		return cli.Usagef("there is no terminal to ask on; give --yes to delete without being asked")
	}
	from := "the collection " + cli.Safe(c.Database+"."+c.Collection)
	if dir != "" {
		from += ", and the journal and the quarantine file in " + cli.Safe(dir)
	}
	fmt.Fprintf(errs, "This deletes all events of the user from %s. There is no way back.\nType the user's id to go on: ", from)
	line, err := readLine(cmd.Context(), in)
	if err != nil {
		fmt.Fprintln(errs)
		return fmt.Errorf("%w; nothing was deleted", err)
	}
	if line != userID {
		return errNotConfirmed
	}
	return nil
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
			r.err = errors.New("the id was not typed")
		}
		return r.line, r.err
	case <-ctx.Done():
		return "", errors.New("interrupted")
	}
}
