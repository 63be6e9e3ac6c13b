// SPDX-License-Identifier: Apache-2.0

package mongotest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/internal/testserver"
)

// uriVariable names the server to use instead of starting one.
const uriVariable = "OTELANALYTICS_TEST_MONGODB_URI"

// Server is a MongoDB server that a test uses. Its methods may be called from
// the test's goroutine only.
type Server struct {
	t    testing.TB
	uri  string
	dir  string              // empty for a server that is not ours
	addr string              // where ours listens, also once it was stopped and is started again
	proc *testserver.Process // nil while stopped, and for a server that is not ours
}

// Start returns a server that answers. It fails the test when there is none.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, uri: os.Getenv(uriVariable)}
	if s.uri != "" {
		return s
	}
	s.dir = t.TempDir()
	t.Cleanup(func() {
		if s.proc != nil {
			s.Kill() // the files go away with the test: nothing to close cleanly
		}
	})
	s.Start()
	return s
}

// URI returns the server's connection string. It stays the same across Stop
// and Start.
func (s *Server) URI() string { return s.uri }

// CanStop reports whether Stop, Kill and Start work: whether the server was
// started here. A test that needs them and does not get them says so and skips.
func (s *Server) CanStop() bool { return s.dir != "" }

// Stop ends the server as SIGTERM does and returns when its process is gone.
// New connections are refused at once; those that are open have three seconds.
func (s *Server) Stop() {
	s.t.Helper()
	s.end((*testserver.Process).Terminate)
}

// Kill ends the server as kill -9 does: connections break in the middle of
// what they were doing. Not while collections or indexes are being created:
// FerretDB does not do that atomically.
func (s *Server) Kill() {
	s.t.Helper()
	s.end((*testserver.Process).Kill)
}

func (s *Server) end(how func(*testserver.Process) error) {
	s.t.Helper()
	if s.proc == nil {
		s.t.Fatalf("mongotest: no server of ours is running (%s is set, or it was stopped before)", uriVariable)
	}
	p := s.proc
	s.proc = nil
	if err := how(p); err != nil {
		s.t.Fatalf("mongotest: stop the server: %v\n%s", err, p.Stderr())
	}
}

// Start starts the server again after Stop or Kill, on the same port and with
// the same files.
func (s *Server) Start() {
	s.t.Helper()
	if s.dir == "" || s.proc != nil {
		s.t.Fatalf("mongotest: the server is running, or not ours to start")
	}
	if s.addr == "" {
		s.addr = porttest.Reserve(s.t)
	}
	program, err := testserver.Build("ferretdb", "examples", "./internal/cmd/ferretdb")
	if err != nil {
		s.t.Fatalf("mongotest: %v", err)
	}
	s.proc, s.uri, err = testserver.Start(exec.Command(program, "-dir", s.dir, "-addr", s.addr))
	if err != nil {
		s.t.Fatalf("mongotest: start %s: %v", program, err)
	}
}

// Client returns a client connected to the server, disconnected when the test
// ends.
func (s *Server) Client(t testing.TB) *mongo.Client {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(s.uri))
	if err != nil {
		t.Fatalf("mongotest: connect to MongoDB: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = client.Disconnect(ctx)
	})
	return client
}

// Database returns a database that nobody else uses, over a client of its own.
// It is dropped at the end of the test.
func (s *Server) Database(t testing.TB) *mongo.Database {
	t.Helper()
	// Version 4 without dashes: legal in every database name, and short.
	name := "test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	db := s.Client(t).Database(name)
	t.Cleanup(func() {
		if s.dir != "" {
			return // the files go away with the test
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := db.Drop(ctx); err != nil {
			t.Errorf("mongotest: drop database %s: %v", name, err)
		}
	})
	return db
}
