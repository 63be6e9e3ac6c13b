// SPDX-License-Identifier: Apache-2.0

package mongotest

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

// process is a running server process.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer // the server exits when this closes, by us or by our death
	errs  *output
	done  chan struct{} // closed when the process is gone
	err   error         // what Wait returned; to be read after done
}

// start runs program and returns when it says that it is ready.
func start(program, dir, addr string) (*process, string, error) {
	p := &process{
		cmd:  exec.Command(program, "-dir", dir, "-addr", addr),
		errs: &output{},
		done: make(chan struct{}),
	}
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

	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewReader(stdout)
		line, _ := lines.ReadString('\n')
		ready <- strings.TrimSpace(line)
		_, _ = io.Copy(io.Discard, lines) // Wait may close the pipe only after this
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	select {
	case line := <-ready:
		if uri, ok := strings.CutPrefix(line, "READY "); ok {
			return p, uri, nil
		}
		err = fmt.Errorf("it said %q, not READY", line)
	case <-time.After(startTimeout):
		err = fmt.Errorf("not ready after %s", startTimeout)
	}
	return nil, "", fmt.Errorf("%w\n%s", errors.Join(err, p.kill()), p.stderr())
}

// terminate asks the process to exit and waits until it has. Closing its
// standard input does the same as SIGTERM, on every operating system.
func (p *process) terminate() error {
	_ = p.stdin.Close()
	select {
	case <-p.done:
		return p.err
	case <-time.After(stopTimeout):
		return errors.Join(fmt.Errorf("still running %s after it was asked to exit", stopTimeout), p.kill())
	}
}

// kill ends the process at once and waits until it is gone.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.done
	_ = p.stdin.Close()
	return nil
}

func (p *process) stderr() string { return p.errs.String() }

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
