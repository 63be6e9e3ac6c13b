// SPDX-License-Identifier: Apache-2.0

//go:build unix

package pageprogram_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
)

// newReceiver starts a receiver, and returns the environment of a program that exports to it.
func newReceiver(t *testing.T) (r *receiver, env []string) {
	t.Helper()
	r = new(receiver)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return r, []string{"OTEL_METRICS_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_ENDPOINT=" + server.URL}
}

func count(t *testing.T, events *mongo.Collection, of bson.D) int64 {
	t.Helper()
	n, err := events.CountDocuments(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestServerless follows docs/serverless.md: what an invocation tracked is in MongoDB and at the collector when it is
// answered, and nothing is written.
func TestServerless(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("TestServerless: the program writes to the default database, which the server of the environment may need")
	}
	events := server.Client(t).Database("analytics").Collection("user_events")
	otlp, env := newReceiver(t)
	program := build(t, "docs/serverless.md", server.URI())
	program.env = append(env, "OTELANALYTICS_JOURNAL_STORAGE=memory")

	s := program.start(t)
	if status := s.invoke(t); status != http.StatusNoContent {
		t.Fatalf("status %d, want 204\n%s", status, &s.output)
	}
	if n := count(t, events, bson.D{{Key: "user_id", Value: "u-17"}}); n != 1 || otlp.has("user_logins") == 0 {
		t.Errorf("when the invocation is answered, %d documents are there, want 1; %d exports with its metrics", n, otlp.has("user_logins"))
	}
	if err := s.cmd.Process.Kill(); err != nil { // as an instance that is frozen for good
		t.Fatal(err)
	}
	_ = s.wait(t, patience)

	s = program.start(t)
	server.Stop()
	if status := s.invoke(t); status != http.StatusServiceUnavailable {
		t.Errorf("status %d with MongoDB away, want 503", status)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.wait(t, grace); err != nil || !strings.Contains(s.output.String(), "1 of a store in memory") {
		t.Errorf("the program ended with %v, and should say that an event is lost:\n%s", err, &s.output)
	}
	if otlp.has("otelanalytics.events.lost") == 0 {
		t.Error("the last export does not have otelanalytics.events.lost")
	}
	if files, err := os.ReadDir(s.cmd.Dir); err != nil || len(files) != 1 || files[0].Name() != "events.yaml" {
		t.Errorf("the program left %v, %v", files, err)
	}
}

// invoke sends the request of the page, once the program listens.
func (s *service) invoke(t *testing.T) (status int) {
	t.Helper()
	s.dial(t).Close()
	resp, err := http.PostForm("http://"+s.addr+"/login", url.Values{"user": {"u-17"}, "method": {"email"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
