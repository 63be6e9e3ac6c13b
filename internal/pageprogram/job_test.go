// SPDX-License-Identifier: Apache-2.0

//go:build unix

package pageprogram_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/pageprogram"
)

// receiver keeps what is exported to it by OTLP.
type receiver struct {
	mu       sync.Mutex
	requests [][]byte
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil || req.URL.Path != "/v1/metrics" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, body)
}

// has counts the requests that name a metric.
func (r *receiver) has(metric string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, body := range r.requests {
		if bytes.Contains(body, []byte(metric)) {
			n++
		}
	}
	return n
}

// job runs the commands of docs/short-lived.md as they are, but for the places.
type job struct{ dir, data, commands string }

func newJob(t *testing.T, uri, endpoint string) job {
	t.Helper()
	const page = "docs/short-lived.md"
	program := pageprogram.Build(t, page)
	j := job{dir: t.TempDir()}
	j.data = filepath.Join(j.dir, "data")
	if err := os.WriteFile(filepath.Join(j.dir, "events.yaml"), []byte(pageprogram.Block(t, page, "yaml")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program.File, filepath.Join(j.dir, "invoices")); err != nil {
		t.Fatal(err)
	}
	j.commands = pageprogram.Block(t, page, "sh")
	for from, to := range map[string]string{
		"mongodb://127.0.0.1:27017": uri, "/var/lib/invoices": j.data, "http://127.0.0.1:4318": endpoint,
	} {
		if !strings.Contains(j.commands, from) {
			t.Fatalf("the commands of %s do not have %s", page, from)
		}
		j.commands = strings.ReplaceAll(j.commands, from, to)
	}
	return j
}

// run runs the commands, with others behind them, and returns what they print.
func (j job) run(t *testing.T, more string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-e", "-c", j.commands+more)
	cmd.Dir = j.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// left lists the directories of processes.
func (j job) left(t *testing.T) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(j.data)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// TestJob runs three jobs side by side: their documents and their metrics arrive, and nothing is left. Without MongoDB they end in
// time, and later runs deliver what they left.
func TestJob(t *testing.T) {
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("TestJob: the program writes to the default database, which the server of the environment may need")
	}
	collector := new(receiver)
	http := httptest.NewServer(collector)
	defer http.Close()
	j := newJob(t, server.URI(), http.URL)
	stored := func(want int64) {
		t.Helper()
		events := server.Client(t).Database("analytics").Collection("user_events")
		users := map[string]int{}
		cursor, err := events.Find(t.Context(), bson.D{})
		for err == nil && cursor.Next(t.Context()) {
			users[cursor.Current.Lookup("user_id").StringValue()]++
		}
		n, counted := events.CountDocuments(t.Context(), bson.D{})
		if err != nil || counted != nil || n != want || len(users) != 6 {
			t.Fatalf("%d documents of %v, want %d; %v, %v", n, users, want, err, counted)
		}
	}
	out := j.run(t, "")
	stored(6)
	if left := j.left(t); len(left) > 0 {
		t.Errorf("left: %v\n%s", left, out)
	}
	if n := collector.has("invoices_sent"); n < 3 {
		t.Errorf("the metric arrived %d times, want at least 3\n%s", n, out)
	}

	server.Stop()
	began := time.Now()
	out = j.run(t, "")
	if took := time.Since(began); took > patience || strings.Count(out, "events pending: 2 in ") != 3 || len(j.left(t)) != 3 {
		t.Errorf("without MongoDB it took %v and left %v:\n%s", took, j.left(t), out)
	}
	if n := collector.has("invoices_sent"); n < 6 {
		t.Errorf("the metric arrived %d times, want at least 6\n%s", n, out)
	}
	server.Start()
	for deadline := time.Now().Add(patience); len(j.left(t)) > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("left: %v", j.left(t))
		}
		out = j.run(t, "\n./invoices")
	}
	events := server.Client(t).Database("analytics").Collection("user_events")
	n, err := events.CountDocuments(t.Context(), bson.D{{Key: "user_id", Value: "c-1"}})
	if all, failed := events.CountDocuments(t.Context(), bson.D{}); err != nil || failed != nil || all != 6*n || n < 3 {
		t.Errorf("%d documents of c-1, %d of all six; %v, %v\n%s", n, all, err, failed, out)
	}
}
