// SPDX-License-Identifier: Apache-2.0

//go:build unix

package pageprogram_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/pageprogram"
	"github.com/otelanalytics/otelanalytics-go/internal/redistest"
)

// pushed matches the job that the page pushes.
var pushed = regexp.MustCompile(`redis-cli LPUSH invoices '(.*)'`)

// awaitLen waits until lists have so many jobs together.
// The lists are counted at one moment, since a job moves from one to the other.
func awaitLen(t *testing.T, queue *redis.Client, s *service, want int64, lists ...string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		lengths, err := queue.TxPipelined(t.Context(), func(p redis.Pipeliner) error {
			for _, list := range lists {
				p.LLen(t.Context(), list)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		n := int64(0)
		for _, length := range lengths {
			n += length.(*redis.IntCmd).Val()
		}
		if n == want {
			return
		}
		select {
		case err := <-s.ended:
			t.Fatalf("the program has ended: %v\n%s", err, &s.output)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v have %d jobs, want %d", lists, n, want)
		}
	}
}

// TestWorkers follows docs/workers.md: a job is tracked once, under its user and its trace, however often it is delivered, and
// none is lost with a worker.
func TestWorkers(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("TestWorkers: there is no redis-server on this machine")
	}
	server := mongotest.Start(t)
	if !server.CanStop() {
		t.Skip("TestWorkers: the program writes to the default database, which the server of the environment may need")
	}
	page, err := os.ReadFile(filepath.Join("../..", "docs/workers.md"))
	if err != nil {
		t.Fatal(err)
	}
	job := string(pushed.FindSubmatch(page)[1])
	list := redistest.Start(t)
	queue := redis.NewClient(&redis.Options{Addr: list.Addr()})
	t.Cleanup(func() { _ = queue.Close() })
	push := func(list, job string) {
		t.Helper()
		if err := queue.LPush(t.Context(), list, job).Err(); err != nil {
			t.Fatal(err)
		}
	}
	events := server.Client(t).Database("analytics").Collection("user_events")
	otlp, env := newReceiver(t)
	program := built{
		page: "docs/workers.md", uri: server.URI(), env: env, dir: t.TempDir(),
		file: pageprogram.Build(t, "docs/workers.md", [2]string{"127.0.0.1:6379", list.Addr()}).File,
	}

	push("invoices", job)
	push("invoices", job)
	push("invoices", "no job")
	s := program.start(t)
	idle := func() {
		t.Helper()
		awaitLen(t, queue, s, 0, "invoices", "invoices:doing")
	}
	idle()
	of := bson.D{
		{Key: "user_id", Value: "u-17"},
		{Key: "session_id", Value: "s-4"},
		{Key: "trace_id", Value: "0af7651916cd43dd8448eb211c80319c"},
	}
	if n, all := count(t, events, of), count(t, events, bson.D{}); n != 1 || all != 1 {
		t.Fatalf("%d documents, %d of them as the page says; want 1\n%s", all, n, &s.output)
	}

	// A worker that dies after it tracked and before it acknowledged.
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.wait(t, patience)
	push("invoices:doing", job)
	s = program.start(t)
	idle()
	if n := count(t, events, bson.D{}); n != 1 {
		t.Errorf("%d documents after the job was delivered to another process, want 1", n)
	}

	// SIGTERM while MongoDB is away.
	server.Stop()
	second := strings.Replace(job, "j-1", "j-2", 1)
	if !json.Valid([]byte(second)) || second == job {
		t.Fatal(second)
	}
	push("invoices", second)
	awaitLen(t, queue, s, 1, "invoices:doing")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.wait(t, patience); err != nil {
		t.Errorf("the program ended with %v\n%s", err, &s.output)
	}
	if otlp.has("otelanalytics.events.deduplicated") == 0 {
		t.Error("the last numbers did not arrive")
	}
	waiting := queue.LLen(t.Context(), "invoices").Val() + queue.LLen(t.Context(), "invoices:doing").Val()
	if waiting != 1 {
		t.Errorf("%d jobs are there, want the one that was not acknowledged\n%s", waiting, &s.output)
	}
	server.Start()
	s = program.start(t)
	idle()
	if n := count(t, events, bson.D{}); n != 2 {
		t.Errorf("%d documents, want one for each job\n%s", n, &s.output)
	}
}
