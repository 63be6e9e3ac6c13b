// SPDX-License-Identifier: Apache-2.0

//go:build unix

package cli_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

func work(errs io.Writer) {
	cmd := &cobra.Command{}
	cmd.SetErr(errs)
	p := cli.NewProgress(cmd, 10, "counting")
	for range 10 {
		p.Add(1)
	}
	p.Done()
	p.Done()
}

func TestProgressIsShownOnTerminalsOnly(t *testing.T) {
	var pipe bytes.Buffer
	work(&pipe)
	if pipe.Len() != 0 {
		t.Errorf("a pipe got %q", &pipe)
	}
	terminal, side, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	defer terminal.Close()
	shown := make(chan string)
	go func() {
		out, _ := io.ReadAll(terminal) // ends when the other side is closed
		shown <- string(out)
	}()
	work(side)
	side.Close()
	if got := <-shown; !strings.Contains(got, "counting") || !strings.Contains(got, "1/10") {
		t.Errorf("a terminal got %q", got)
	}
}
