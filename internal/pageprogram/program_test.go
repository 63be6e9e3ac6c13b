// SPDX-License-Identifier: Apache-2.0

//go:build unix

package pageprogram_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/pageprogram"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

const (
	requests = 5
	patience = 60 * time.Second // a shared machine that also compiles can be slow
	// grace is how long a program may take to stop while MongoDB is away: the two seconds that the test gives Shutdown, and
	// what a slow machine adds.
	grace = 20 * time.Second
)

// service is a program of a page that runs.
type service struct {
	addr   string
	cmd    *exec.Cmd
	output bytes.Buffer // to be read after ended
	ended  chan error
}

// built is the program of a page, for a port and a MongoDB of the test.
type built struct {
	page, file, addr, uri string
	env                   []string // beside the URI of MongoDB
	dir                   string   // where it runs; empty: a folder of its own for each start
}

// build builds the program of a page.
func build(t *testing.T, page, uri string) built {
	t.Helper()
	addr := porttest.Reserve(t)
	replace := [][2]string{{"127.0.0.1:5001", addr}, {"10*time.Second", "2*time.Second"}}
	return built{page: page, file: pageprogram.Build(t, page, replace...).File, addr: addr, uri: uri}
}

// start runs the program in a folder of its own with the event map of the page.
func (b built) start(t *testing.T) *service {
	t.Helper()
	dir := b.dir
	if dir == "" {
		dir = t.TempDir()
	}
	if err := os.WriteFile(filepath.Join(dir, "events.yaml"), []byte(pageprogram.Block(t, b.page, "yaml")), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &service{addr: b.addr, cmd: exec.Command(b.file), ended: make(chan error, 1)}
	s.cmd.Dir = dir
	s.cmd.Env = append(append(os.Environ(), "OTELANALYTICS_MONGODB_URI="+b.uri), b.env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.ended <- s.cmd.Wait() }()
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	return s
}

// dial connects to the service once it listens.
func (s *service) dial(t *testing.T) net.Conn {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp", s.addr)
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			return conn
		}
		select {
		case err := <-s.ended:
			t.Fatalf("the program has ended: %v\n%s", err, &s.output)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody listens on %s", s.addr)
		}
	}
}

// refused waits until the service takes no connections any more.
func (s *service) refused(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			return
		}
		conn.Close()
	}
	t.Fatalf("the program still listens on %s", s.addr)
}

// wait returns how the program ended.
func (s *service) wait(t *testing.T, within time.Duration) error {
	t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(within):
		t.Fatalf("the program has not ended after %v\n%s", within, &s.output)
		return nil
	}
}

const form = "user=u-17&method=email"

// begin sends a request but for its last byte, and returns once the handler reads the body.
func begin(t *testing.T, conn net.Conn) *bufio.Reader {
	t.Helper()
	fmt.Fprintf(conn, "POST /login HTTP/1.1\r\nHost: shop\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(form))
	answers := bufio.NewReader(conn)
	line, err := answers.ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v in place of 100 Continue", line, err)
	}
	fmt.Fprint(conn, form[:len(form)-1])
	if _, err := answers.ReadString('\n'); err != nil { // the empty line
		t.Fatal(err)
	}
	return answers
}

// stop ends the program by SIGTERM while requests are in flight, each of which must be answered.
func (s *service) stop(t *testing.T) {
	t.Helper()
	var conns []net.Conn
	var answers []*bufio.Reader
	for range requests {
		conn := s.dial(t)
		conns = append(conns, conn)
		answers = append(answers, begin(t, conn))
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.refused(t)
	for i, conn := range conns {
		fmt.Fprint(conn, form[len(form)-1:])
		resp, err := http.ReadResponse(answers[i], nil)
		if err != nil || resp.StatusCode >= 300 {
			t.Fatalf("request %d of %d was not answered: %v, %v", i+1, requests, resp, err)
		}
	}
	if err := s.wait(t, grace); err != nil {
		t.Errorf("the program ended with %v\n%s", err, &s.output)
	}
}

// TestPrograms stops the programs with requests in flight: each is answered and tracked, whether MongoDB is there or not.
// A port in use is an exit status.
func TestPrograms(t *testing.T) {
	for _, page := range pageprogram.Pages {
		t.Run(page, func(t *testing.T) {
			server := mongotest.Start(t)
			if !server.CanStop() {
				t.Skip("TestPrograms: the programs write to the default database, which the server of the environment may need")
			}
			program := build(t, page, server.URI())
			t.Run("port in use", func(t *testing.T) {
				taken, err := net.Listen("tcp", program.addr)
				if err != nil {
					t.Fatal(err)
				}
				defer taken.Close()
				s := program.start(t)
				if err := s.wait(t, patience); err == nil || !strings.Contains(s.output.String(), "address already in use") {
					t.Errorf("the program ended with %v\n%s", err, &s.output)
				}
			})
			t.Run("SIGTERM", func(t *testing.T) {
				events := server.Client(t).Database("analytics").Collection("user_events")
				before, err := events.CountDocuments(t.Context(), bson.D{})
				if err != nil {
					t.Fatal(err)
				}
				s := program.start(t)
				s.stop(t)
				if after, err := events.CountDocuments(t.Context(), bson.D{}); err != nil || after-before != requests {
					t.Errorf("%d events were stored, want %d; %v\n%s", after-before, requests, err, &s.output)
				}
			})
			t.Run("SIGTERM with MongoDB away", func(t *testing.T) {
				server.Stop()
				s := program.start(t)
				s.stop(t)
				if !strings.Contains(s.output.String(), fmt.Sprintf("events pending: %d ", requests)) {
					t.Errorf("the program does not say that %d events are pending:\n%s", requests, &s.output)
				}
			})
		})
	}
}
