// SPDX-License-Identifier: Apache-2.0

package exampletest

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for a process: long enough for a slow machine.
const patience = 60 * time.Second

// Build builds the example in the calling test's directory and returns the
// program's path. It is built as users build it, without the race detector,
// with which the embedded MongoDB would take minutes to compile.
func Build() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	// In a folder that stays, so that a program that is up to date is not linked again.
	program := filepath.Join(dir, "..", "..", ".build", filepath.Base(dir))
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	out, err := exec.Command("go", "build", "-race=false", "-o", program, ".").CombinedOutput()
	if err != nil {
		return "", errors.Join(err, errors.New(string(out)))
	}
	return program, nil
}

// Process is a running example.
type Process struct {
	t      testing.TB
	cmd    *exec.Cmd
	stdout *lines
	stderr *lines
	done   chan struct{} // closed when the process is gone
	err    error         // what Wait returned; to be read after done
}

// Start starts a program. It is killed when the test ends, if it still runs.
func Start(t testing.TB, env []string, program string, args ...string) *Process {
	t.Helper()
	p := &Process{
		t: t, cmd: exec.Command(program, args...),
		stdout: newLines(), stderr: newLines(), done: make(chan struct{}),
	}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.SysProcAttr = dieWithParent()
	p.cmd.Dir = t.TempDir() // whatever it writes by default goes away with the test
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	readers.Go(func() { p.stdout.read(stdout) })
	readers.Go(func() { p.stderr.read(stderr) })
	go func() {
		readers.Wait()
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("%s printed:\n%s\nand on standard error:\n%s", filepath.Base(program), p.stdout.text(), p.stderr.text())
		}
	})
	return p
}

// Stdout waits for a line with this text on standard output and returns it.
func (p *Process) Stdout(text string) string { p.t.Helper(); return p.wait(p.stdout, text) }

// Stderr waits for a line with this text on standard error and returns it.
func (p *Process) Stderr(text string) string { p.t.Helper(); return p.wait(p.stderr, text) }

func (p *Process) wait(l *lines, text string) string {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		line, found, more := l.find(text)
		if found {
			return line
		}
		select {
		case <-more:
		case <-p.done:
			if line, found, _ := l.find(text); found {
				return line
			}
			p.t.Fatalf("the process ended (%v) without printing %q", p.err, text)
		case <-timeout:
			p.t.Fatalf("the process did not print %q", text)
		}
	}
}

// Output returns everything on standard output and standard error so far.
func (p *Process) Output() (stdout, stderr string) { return p.stdout.text(), p.stderr.text() }

// Exit waits until the process has ended and returns its exit status.
func (p *Process) Exit() int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Fatal("the process does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// Stop sends SIGTERM, waits for the process to end and returns how long that
// took. An exit status other than 0 fails the test.
func (p *Process) Stop() time.Duration {
	p.t.Helper()
	start := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if status := p.Exit(); status != 0 {
		p.t.Fatalf("exit status %d after SIGTERM, want 0", status)
	}
	return time.Since(start)
}

// Signal sends a signal.
func (p *Process) Signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// Kill ends the process as kill -9 does and waits until it is gone.
func (p *Process) Kill() {
	if err := p.cmd.Process.Kill(); err == nil || errors.Is(err, os.ErrProcessDone) {
		<-p.done
	}
}

// lines is what a process has printed, for readers that wait for more.
type lines struct {
	mu   sync.Mutex
	all  []string
	more chan struct{} // closed and replaced when a line comes
}

func newLines() *lines { return &lines{more: make(chan struct{})} }

func (l *lines) read(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadString('\n')
		l.mu.Lock()
		if line != "" {
			l.all = append(l.all, line)
		}
		close(l.more)
		l.more = make(chan struct{})
		l.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (l *lines) find(text string) (line string, found bool, more <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.all {
		if strings.Contains(line, text) {
			return strings.TrimSuffix(line, "\n"), true, nil
		}
	}
	return "", false, l.more
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "")
}
