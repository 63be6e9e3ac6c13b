// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// mayWrite asks the receiver, and then a person, whether old samples may be sent.
func mayWrite(cmd *cobra.Command, to *url.URL, from time.Time, yes bool) error {
	age, known := window(cmd.Context(), to)
	if needed := time.Since(from); known && age < needed {
		return cli.Failedf(`%s takes samples that are at most %s old (storage.tsdb.out_of_order_time_window), and these begin %s ago.
Set it to more in prometheus.yml, or write files without --remote-write: promtool makes blocks of them, whatever their age`,
			promapi.Shown(to), age, cli.Age(needed))
	}
	if yes {
		return nil
	}
	in, errs := cmd.InOrStdin(), cmd.ErrOrStderr()
	if !cli.IsTerminal(in) || !cli.IsTerminal(errs) {
		return cli.Usagef("there is no terminal to ask on; give --yes to send samples to %s without being asked", promapi.Shown(to))
	}
	fmt.Fprintf(errs, "This sends samples from %s on to %s. They cannot be taken back one by one.\nType yes to continue: ",
		from.UTC().Format(time.RFC3339), promapi.Shown(to))
	line, err := readLine(cmd.Context(), in)
	if err != nil {
		return err
	}
	if line != "yes" {
		return errors.New("that is not yes; nothing was sent")
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
		done <- read{strings.TrimSpace(line), err}
	}()
	select {
	case r := <-done:
		if errors.Is(r.err, io.EOF) {
			r.err = nil
		}
		return r.line, r.err
	case <-ctx.Done():
		return "", errors.New("interrupted; nothing was sent")
	}
}
