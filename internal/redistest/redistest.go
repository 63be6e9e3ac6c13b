// SPDX-License-Identifier: Apache-2.0

// Package redistest starts a real redis-server for a test, on a free port of 127.0.0.1, and ends it with the test.
package redistest

import (
	"bytes"
	"errors"
	"net"
	"os/exec"
	"testing"
	"time"
)

const patience = 20 * time.Second

// Server is a running redis-server.
type Server struct {
	t    testing.TB
	addr string
	cmd  *exec.Cmd
}

// Start starts a server and returns when it answers. It fails the test, with the command that helps, when there is no
// redis-server on this machine.
func Start(t testing.TB) *Server {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is not installed: apt-get install redis-server")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, addr: l.Addr().String()}
	_ = l.Close()
	s.start(program)
	t.Cleanup(s.Stop)
	return s
}

// Addr is its address.
func (s *Server) Addr() string { return s.addr }

// Restart starts the server again after Stop.
func (s *Server) Restart() {
	s.t.Helper()
	s.start("redis-server")
}

func (s *Server) start(program string) {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	s.cmd = exec.Command(program, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", s.t.TempDir())
	var out bytes.Buffer
	s.cmd.Stdout, s.cmd.Stderr = &out, &out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; {
		if err := ping(s.addr); err == nil {
			return
		} else if time.Now().After(deadline) {
			s.Stop()
			s.t.Fatalf("redis-server does not answer: %v\n%s", err, &out)
		}
	}
}

// Stop ends the server and waits until it is gone.
func (s *Server) Stop() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

func ping(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	var answer [7]byte
	if _, err := conn.Read(answer[:]); err != nil {
		return err
	}
	if string(answer[:5]) != "+PONG" {
		return errors.New("not the answer of Redis")
	}
	return nil
}
