// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// turns is how often each of two ways is timed, in turns. The medians are compared.
const turns = 5

// compare times two ways in turns, and holds the ratio of their rates to a bound. A machine that does other work as well gets half of it.
func compare(t *testing.T, events int, ours, theirs func() time.Duration, bound float64) {
	t.Helper()
	var a, b []time.Duration
	for range turns {
		a, b = append(a, ours()), append(b, theirs())
	}
	slices.Sort(a)
	slices.Sort(b)
	x, y := a[turns/2], b[turns/2]
	ratio := y.Seconds() / x.Seconds()
	t.Logf("%.0f and %.0f events/s: %.2f, bound %.2f", float64(events)/x.Seconds(), float64(events)/y.Seconds(), ratio, bound)
	if ratio < bound/2 {
		t.Errorf("the ratio is %.2f, less than half of %.2f", ratio, bound)
	}
}

// filled returns the directory of a journal with events that wait.
func filled(t *testing.T, events []eventstore.Event) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	store, err := eventstore.Open(t.Context(), out{memsink.New()}, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for part := range slices.Chunk(events, 1000) {
		if _, _, err := store.AppendBatch(t.Context(), part, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = store.Shutdown(ctx) // which says that all of them are pending
	return dir
}

// out is a sink that takes nothing.
type out struct{ *memsink.Sink }

func (out) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("out")
}

// flusher is a store of any kind.
type flusher interface {
	Flush(context.Context) error
	Shutdown(context.Context) error
}

// drained opens a store in front of what a journal has, and returns how long it takes to deliver it.
func drained(t *testing.T, open func(dir string) (flusher, error), events []eventstore.Event) time.Duration {
	t.Helper()
	dir := filled(t, events)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	began := time.Now()
	store, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	if err := store.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	return took
}

// some makes events whose documents have about 400 bytes.
func some(t *testing.T, n int) []eventstore.Event {
	t.Helper()
	events := make([]eventstore.Event, n)
	for i := range events {
		var err error
		if events[i], err = event(fmt.Sprintf("%d-%s", i, strings.Repeat("x", 240))); err != nil {
			t.Fatal(err)
		}
	}
	return events
}

// TestRateToTheStream compares a journal that is drained into a stream with the client's own asynchronous publish of the same bytes.
func TestRateToTheStream(t *testing.T) {
	const n = 100_000
	server := natstest.Start(t, 1).Server(0)
	conn, err := nats.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	ours := func() time.Duration {
		return drained(t, func(dir string) (flusher, error) {
			sink, err := natsstore.NewSink(natsstore.Config{URL: server.URL(), Replicas: 1})
			if err != nil {
				return nil, err
			}
			return eventstore.Open(t.Context(), sink, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
		}, some(t, n))
	}
	theirs := func() time.Duration {
		events := some(t, n)
		began := time.Now()
		for i := range events {
			// The client waits when too much is under way.
			_, err := js.PublishAsync(natsstore.DefaultSubjects+".tracked", events[i].Document, jetstream.WithMsgID(fmt.Sprintf("%x", events[i].ID)), jetstream.WithStallWait(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
		}
		select {
		case <-js.PublishAsyncComplete():
		case <-time.After(patience):
			t.Fatal("not acknowledged")
		}
		return time.Since(began)
	}
	ours() // creates the stream
	compare(t, n, ours, theirs, 0.9)
}

// page returns what an address answers, nothing while nobody does.
func page(url string) string {
	resp, err := http.Get(url)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return string(text)
}

// TestRateToMongoDB compares the command deliver, which reads a stream, with a service that drains its journal into MongoDB.
func TestRateToMongoDB(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	sink, err := natsstore.NewSink(natsstore.Config{URL: server.URL(), Replicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close(t.Context())
	rateToMongoDB(t, sink, server.URL(), 0.8)
}

// rateToMongoDB compares the command deliver, which reads what a sink publishes, with a service that drains its journal into MongoDB. The time of
// the command has its start in it, which counts less with more events.
func rateToMongoDB(t *testing.T, sink eventstore.Sink, from string, bound float64) {
	t.Helper()
	const n = 10_000
	mongodb, program := mongotest.Start(t), commandLine(t)
	ours := func() time.Duration {
		events, db := some(t, n), mongodb.Database(t)
		for part := range slices.Chunk(events, 1000) {
			if _, err := sink.Deliver(t.Context(), part); err != nil {
				t.Fatal(err)
			}
		}
		listen := porttest.Reserve(t)
		began := time.Now()
		p := launch(t, func() *exec.Cmd {
			cmd := exec.Command(program, "deliver", "--from", from, "--to", mongodb.URI(), "--database", db.Name(), "--data-dir", t.TempDir(), "--listen", listen, "--group", "g")
			cmd.Env = os.Environ()
			return cmd
		}, func(string) {})
		for end := time.Now().Add(patience); ; <-time.After(20 * time.Millisecond) {
			if strings.Contains(page("http://"+listen+"/metrics"), fmt.Sprintf(`otelanalytics_events_stored_total{event_type="tracked"} %d`, n)) {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("not delivered\n%s", p.log)
			}
		}
		took := time.Since(began)
		_ = p.cmd.Process.Signal(os.Interrupt) // so that it acknowledges
		p.lines.Wait()
		_ = p.cmd.Wait()
		p.cmd = nil
		return took
	}
	theirs := func() time.Duration {
		return drained(t, func(dir string) (flusher, error) {
			return mongostore.Open(t.Context(), mongostore.Config{URI: mongodb.URI(), Database: mongodb.Database(t).Name(), Dir: dir, Logger: slog.New(slog.DiscardHandler)})
		}, some(t, n))
	}
	compare(t, n, ours, theirs, bound)
}
