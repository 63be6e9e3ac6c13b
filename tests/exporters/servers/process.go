// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/internal/pinned"
)

// patience bounds every wait for a server: long enough for a slow machine.
const patience = 60 * time.Second

// process is a server that runs, or has run.
type process struct {
	cmd    *exec.Cmd
	output output
	done   chan struct{} // closed when it is gone
	err    error         // how it ended; to be read after done
}

// launch starts a program of make tools.
func launch(t testing.TB, dir string, env []string, name string, args ...string) *process {
	t.Helper()
	program, err := pinned.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(program, args...), done: make(chan struct{})}
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	p.cmd.SysProcAttr = dieWithParent()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p
}

// await waits until what holds. It fails the test when the process ends before, or takes longer than patience.
func (p *process) await(t testing.TB, name, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	timeout := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-p.done:
			t.Fatalf("%s ended (%v) before %s; it printed:\n%s", name, p.err, what, p.output.text())
		case <-timeout:
			t.Fatalf("%s: not in %s: %s; it printed:\n%s", name, patience, what, p.output.text())
		}
	}
}

// stop asks the process to end, and ends it when it does not. It returns when the process is gone.
func (p *process) stop() {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		_ = p.cmd.Process.Kill()
	}
	select {
	case <-p.done:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// output is what a process has printed so far.
type output struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(b)
}

func (o *output) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}
