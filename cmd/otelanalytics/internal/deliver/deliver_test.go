// SPDX-License-Identifier: Apache-2.0

package deliver_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/deliver"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// patience is how long something may take that must happen.
const patience = time.Minute

// running is the command, in-process.
type running struct {
	t      *testing.T
	listen string
	dir    string
	stop   context.CancelFunc
	ended  chan int // its exit code
	errs   *servicetest.Log
}

func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &running{t: t, listen: porttest.Reserve(t), dir: t.TempDir(), stop: stop, ended: make(chan int, 1), errs: new(servicetest.Log)}
	root := &cobra.Command{Use: "otelanalytics"}
	cli.AddOutputFlag(root)
	root.AddCommand(deliver.New())
	go func() {
		r.ended <- cli.Execute(ctx, root, append([]string{"deliver", "--listen", r.listen, "--data-dir", r.dir}, args...), io.Discard, r.errs)
	}()
	t.Cleanup(func() { r.end() })
	return r
}

// end ends the command and returns its exit code.
func (r *running) end() int {
	r.stop()
	select {
	case code := <-r.ended:
		r.ended <- code
		return code
	case <-time.After(patience):
		r.t.Errorf("it does not end\n%s", r.errs)
		return -1
	}
}

// get returns what the command answers.
func (r *running) get(path string) string {
	resp, err := http.Get("http://" + r.listen + path)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Error(err)
	}
	return string(text)
}

// has waits until a page of the command has each of these texts.
func (r *running) has(path string, want ...string) {
	r.t.Helper()
	for end := time.Now().Add(patience); ; {
		page, missing := r.get(path), ""
		for _, w := range want {
			if !strings.Contains(page, w) {
				missing = w
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("%s lacks %q:\n%s\n%s", path, missing, page, r.errs)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func event(t *testing.T, eventType string, fields ...bson.E) eventstore.Event {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	document, err := bson.Marshal(append(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "user_id", Value: "u"},
		{Key: "event_type", Value: eventType},
		{Key: "event_data", Value: bson.D{}},
		{Key: "timestamp", Value: time.Now()},
		{Key: "received_at", Value: time.Now()},
		{Key: "v", Value: int32(1)},
	}, fields...))
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: eventType, Document: document}
}

// publish has a stream take events.
func publish(t *testing.T, url string, events ...eventstore.Event) {
	t.Helper()
	sink, err := natsstore.NewSink(natsstore.Config{URL: url, Replicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close(t.Context())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := sink.Deliver(ctx, events); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, c *mongo.Collection) int64 {
	t.Helper()
	n, err := c.CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDeliver moves what is in the stream and what comes later, once each, and shows both on its page.
func TestDeliver(t *testing.T) {
	collection, server := clitest.MongoDB(t), natstest.Start(t, 1).Server(0)
	events := make([]eventstore.Event, 1200)
	for i := range events {
		events[i] = event(t, "e."+string(rune('a'+i%2)))
	}
	publish(t, server.URL(), events[:1000]...)
	r := start(t, "--from", server.URL())
	r.has("/metrics", `otelanalytics_events_stored_total{event_type="e.a"} 500`, `otelanalytics_events_stored_total{event_type="e.b"} 500`)
	publish(t, server.URL(), events[1000:]...)
	publish(t, server.URL(), events[990:1010]...) // which the stream drops
	r.has("/metrics",
		`otelanalytics_events_accepted_total{event_type="e.a"} 600`, `otelanalytics_events_stored_total{event_type="e.b"} 600`,
		`otelanalytics_log_pending{log="nats OTELANALYTICS as mongodb"} 0`, `otelanalytics_log_unacknowledged{log="nats OTELANALYTICS as mongodb"} 0`,
		`otelanalytics_log_redelivered_total{log="nats OTELANALYTICS as mongodb"} 0`, `otelanalytics_log_up{log="nats OTELANALYTICS as mongodb"} 1`,
		`otelanalytics_log_oldest_age_seconds{log="nats OTELANALYTICS as mongodb"} 0`, `otelanalytics_log_max_age_seconds{log="nats OTELANALYTICS as mongodb"} 604800`,
		`otelanalytics_log_used_ratio{limit="age",log="nats OTELANALYTICS as mongodb"} 0`,
		"otelanalytics_journal_pending 0", "otelanalytics_store_batch_size_count")
	r.has("/readyz", `"status":"ready"`, `"log_reachable":true`, `"mongodb_reachable":true`)
	if n := count(t, collection); n != 1200 {
		t.Errorf("%d documents, want 1200", n)
	}
	server.Kill()
	r.has("/readyz", `"status":"degraded"`, `"log_reachable":false`)
	r.has("/metrics", `otelanalytics_log_up{log="nats OTELANALYTICS as mongodb"} 0`)
	server.Start()
	publish(t, server.URL(), event(t, "e.a"))
	// The server may have lost acknowledgements: it delivers those events again, and MongoDB has them.
	for end := time.Now().Add(patience); count(t, collection) != 1201; <-time.After(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d documents, want 1201\n%s", count(t, collection), r.errs)
		}
	}
	if code := r.end(); code != 0 {
		t.Errorf("the exit code is %d\n%s", code, r.errs)
	}
}

// TestPoison: what MongoDB refuses for good, and what is no event, go to quarantine. Everything else passes, and all of it is acknowledged.
func TestPoison(t *testing.T) {
	collection, server := clitest.MongoDB(t), natstest.Start(t, 1).Server(0)
	if _, err := collection.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "once", Value: 1}}, Options: options.Index().SetUnique(true)}); err != nil {
		t.Fatal(err)
	}
	var events []eventstore.Event
	for i := range 50 {
		once := i
		if i == 20 || i == 30 {
			once = 0 // which the first has
		}
		events = append(events, event(t, "e", bson.E{Key: "once", Value: once}))
	}
	publish(t, server.URL(), events...)
	conn, err := nats.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Request(natsstore.DefaultSubjects+".e", []byte("no event"), patience); err != nil {
		t.Fatal(err)
	}
	publish(t, server.URL(), event(t, "e", bson.E{Key: "once", Value: "later"}))
	r := start(t, "--from", server.URL())
	r.has("/metrics", `otelanalytics_events_stored_total{event_type="e"} 49`,
		`otelanalytics_events_quarantined_total{event_type="e",reason="duplicate_key"} 2`, `otelanalytics_events_quarantined_total{event_type="other",reason="malformed"} 1`,
		`otelanalytics_log_pending{log="nats OTELANALYTICS as mongodb"} 0`, `otelanalytics_log_unacknowledged{log="nats OTELANALYTICS as mongodb"} 0`)
	if code := r.end(); code != 0 {
		t.Errorf("the exit code is %d\n%s", code, r.errs)
	}
	reasons := make(map[string]int)
	for e, err := range eventstore.ReadQuarantine(r.dir) {
		if err != nil {
			t.Fatal(err)
		}
		reasons[e.Reason]++
	}
	if reasons["duplicate_key"] != 2 || reasons["malformed"] != 1 || len(reasons) != 2 {
		t.Errorf("%v", reasons)
	}
	if n := count(t, collection); n != 49 {
		t.Errorf("%d documents", n)
	}
}

// TestReplayLeavesWhatIsNoEvent: a message that is no event does not get into MongoDB by a replay, with an event map or without.
func TestReplayLeavesWhatIsNoEvent(t *testing.T) {
	collection, server := clitest.MongoDB(t), natstest.Start(t, 1).Server(0)
	file := filepath.Join(t.TempDir(), "events.yaml")
	if err := os.WriteFile(file, []byte("version: 1\nmetrics: {n: {instrument: counter}}\nevents: {e: {record: [{metric: n}]}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	publish(t, server.URL(), event(t, "e"))
	conn, err := nats.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Request(natsstore.DefaultSubjects+".e", []byte("no event"), patience); err != nil {
		t.Fatal(err)
	}
	r := start(t, "--from", server.URL())
	r.has("/metrics", `otelanalytics_events_quarantined_total{event_type="other",reason="malformed"} 1`, `otelanalytics_events_stored_total{event_type="e"} 1`)
	r.end()
	_, out, _ := clitest.Run(t, quarantine.New(), "list", r.dir)
	if !strings.Contains(out, "1 line cannot be put back: otelanalytics deliver read a message that is no event") || strings.Contains(out, "fix:") {
		t.Errorf("the list:\n%s", out)
	}
	for _, args := range [][]string{nil, {"--map", file}} {
		code, out, errs := clitest.Run(t, quarantine.New(), append([]string{"replay", "--data-dir", r.dir}, args...)...)
		if n := count(t, collection); n != 1 || code != 1 || !strings.Contains(out, "left: 1 line") {
			t.Errorf("%v: code %d, %d documents: %s%s", args, code, n, out, errs)
		}
	}
}

// TestTwoAndAnOutage: two processes share a stream while MongoDB is away for a time and one of them ends.
func TestTwoAndAnOutage(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	const nobody = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"
	events := make([]eventstore.Event, 300)
	for i := range events {
		events[i] = event(t, "e")
	}
	publish(t, server.URL(), events...)
	t.Setenv("OTELANALYTICS_MONGODB_URI", nobody)
	first := start(t, "--from", server.URL(), "--patience", "100ms")
	first.has("/readyz", `"status":"degraded"`, `"mongodb_reachable":false`)
	first.has("/metrics", "otelanalytics_journal_pending 300", `otelanalytics_log_unacknowledged{log="nats OTELANALYTICS as mongodb"} 300`)
	first.end()

	collection := clitest.MongoDB(t)
	second := start(t, "--from", server.URL())
	second.has("/metrics", `otelanalytics_events_stored_total{event_type="e"} 300`, `otelanalytics_log_redelivered_total{log="nats OTELANALYTICS as mongodb"} 300`)
	if n := count(t, collection); n != 300 {
		t.Errorf("%d documents", n)
	}
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"no log", nil, "no log is named"},
		{"two logs", []string{"--from", "nats://a", "--from-file", "b"}, "give one of them"},
		{"a password on the command line", []string{"--from", "nats://u:s3cret@a"}, "--from (not shown) holds a user"},
		{"another scheme", []string{"--from", "http://a"}, "not the URL of a log"},
		{"no file", []string{"--from-file", "missing"}, "missing"},
		{"half a certificate", []string{"--from", "nats://a", "--tls-cert", "c"}, "--tls-cert and --tls-key"},
		{"no certificate", []string{"--from", "nats://a", "--tls-ca", "missing.pem"}, "missing.pem"},
		{"validator without a map", []string{"--from", "nats://a", "--validator"}, "needs an event map"},
		{"no connection string", []string{"--from", "nats://a", "--to", "s3cret"}, "--to (not shown)"},
		{"a password for Kafka on the command line", []string{"--from", "kafka://h:9092,u:s3cret@a"}, "--from (not shown) holds a user"},
		{"a flag of another log", []string{"--from", "kafka://a/events", "--stream", "S"}, "--stream is for a log with a URL such as nats://"},
		{"a topic that is none", []string{"--from", "kafka://a/a b"}, "--from or --group: kafkastore: Config.Topic"},
		{"a stream that is none", []string{"--from", "nats://a", "--stream", "a.b"}, "--stream, --subjects or --group: natsstore: Config.Stream"},
		{"a time before now", []string{"--from", "nats://a", "--patience", "-1s"}, "--patience is -1s"},
		{"two groups", []string{"--from", "kafka://a/events?group=g", "--group", "h"}, "the group is"},
		{"a group that is none", []string{"--from", "nats://a", "--group", "a b"}, "the group is"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("OTELANALYTICS_MONGODB_URI", "mongodb://127.0.0.1:1/")
			code, _, errs := clitest.Run(t, deliver.New(), append([]string{"--data-dir", t.TempDir()}, test.args...)...)
			if code != 2 || !strings.Contains(errs, test.want) || strings.Contains(errs, "s3cret") {
				t.Errorf("code %d: %s, want %s", code, errs, test.want)
			}
		})
	}
	if code, _, errs := clitest.Run(t, deliver.New(), "--from", "nats://a"); code != 2 || !strings.Contains(errs, "no MongoDB is named") {
		t.Errorf("code %d: %s", code, errs)
	}
}
