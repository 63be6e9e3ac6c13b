// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// TestBinary builds the command and runs it as a user does.
func TestBinary(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "otelanalytics")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const right, wrong = "internal/validate/testdata/right.yaml", "internal/validate/testdata/mistakes.yaml"
	for _, test := range []struct {
		args []string
		code int
	}{
		{[]string{"--help"}, 0},
		{[]string{"validate", right}, 0},
		{[]string{"validate", wrong}, 1},
		{[]string{"validate"}, 2},
		{[]string{"nonsense"}, 2},
		{[]string{"__complete", "validate", "-o", ""}, 0},
	} {
		var out, errs bytes.Buffer
		cmd := exec.Command(binary, test.args...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != test.code {
			t.Errorf("%q: %v, want exit code %d\n%s%s", test.args, err, test.code, &out, &errs)
		}
		if strings.Contains(out.String()+errs.String(), "\x1b") {
			t.Errorf("%q: there are colours in a pipe", test.args)
		}
	}
	for _, test := range []struct {
		env    string
		colour bool
	}{
		{"TERM=xterm", true},
		{"NO_COLOR=1", false},
		{"TERM=dumb", false},
	} {
		cmd := exec.Command(binary, "validate", wrong)
		cmd.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=", test.env)
		if got := onTerminal(t, cmd); !strings.Contains(got, "is not known") || strings.Contains(got, "\x1b[31m") != test.colour {
			t.Errorf("%s: colours should be %v on a terminal:\n%q", test.env, test.colour, got)
		}
	}
}

// onTerminal returns what a command writes on a terminal.
func onTerminal(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	f, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	defer f.Close()
	out, err := io.ReadAll(f)
	if err != nil && !errors.Is(err, syscall.EIO) { // how Linux says that the other side is closed
		t.Fatal(err)
	}
	_ = cmd.Wait() // the code is looked at elsewhere
	return string(out)
}
