// SPDX-License-Identifier: Apache-2.0

package testserver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	startTimeout = 60 * time.Second // a shared machine that also compiles can be slow
	stopTimeout  = 20 * time.Second
)

// Process is a server's process. Its methods may be called by one goroutine at a time.
type Process struct {
	cmd   *exec.Cmd
	stdin io.Closer // the server exits when this closes, by us or by our death
	errs  *output
	done  chan struct{} // closed when the process is gone
	err   error         // what Wait returned; to be read after done
}

// Start runs a command and returns when it says that it is ready, with what follows READY.
func Start(cmd *exec.Cmd) (p *Process, ready string, err error) {
	p = &Process{cmd: cmd, errs: &output{}, done: make(chan struct{})}
	p.cmd.Stderr = p.errs
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, "", err
	}

	said := make(chan string, 1)
	go func() {
		lines := bufio.NewReader(stdout)
		line, _ := lines.ReadString('\n')
		said <- strings.TrimSpace(line)
		_, _ = io.Copy(io.Discard, lines) // Wait may close the pipe only after this
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	select {
	case line := <-said:
		if ready, ok := strings.CutPrefix(line, "READY "); ok {
			return p, ready, nil
		}
		err = fmt.Errorf("it said %q, not READY", line)
	case <-time.After(startTimeout):
		err = fmt.Errorf("not ready after %s", startTimeout)
	}
	return nil, "", fmt.Errorf("%w\n%s", errors.Join(err, p.Kill()), p.Stderr())
}

// Terminate asks the process to exit and waits until it has. Closing its
// standard input does the same as SIGTERM, on every operating system.
func (p *Process) Terminate() error {
	_ = p.stdin.Close()
	select {
	case <-p.done:
		return p.err
	case <-time.After(stopTimeout):
		return errors.Join(fmt.Errorf("still running %s after it was asked to exit", stopTimeout), p.Kill())
	}
}

// Kill ends the process at once and waits until it is gone.
func (p *Process) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.done
	_ = p.stdin.Close()
	return nil
}

// Signal sends the process a signal.
func (p *Process) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// Stderr returns what the process has written to its standard error.
func (p *Process) Stderr() string { return p.errs.String() }

// output is a bytes.Buffer that may be written and read at the same time.
type output struct {
	mu sync.Mutex
	b  strings.Builder
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
