// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// numbered is an event that says which one it is.
func numbered(n int) eventstore.Event {
	e := eventstore.Event{Type: "e", Document: []byte{5, 0, 0, 0, 0}}
	e.ID[0], e.ID[1] = byte(n>>8), byte(n)
	return e
}

// nowhereSink is a sink that is out.
type nowhereSink struct{}

func (nowhereSink) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("out")
}

// addNumbered appends the events from first to last.
func addNumbered(t testing.TB, s *eventstore.Store, first, last int) {
	t.Helper()
	for n := first; n <= last; n++ {
		add(t, s, numbered(n))
	}
}

func flushConsumers(t testing.TB, s *eventstore.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.FlushConsumers(ctx); err != nil {
		t.Fatal(err)
	}
}

// numbers are those of the events from first to last.
func numbers(first, last int) (list []int) {
	for n := first; n <= last; n++ {
		list = append(list, n)
	}
	return list
}

func numberOf(e eventstore.Event) int { return int(e.ID[0])<<8 | int(e.ID[1]) }

// got are the numbers of the events that a consumer took.
func got(c *memsink.Consumer) (list []int) {
	for _, e := range c.Events() {
		list = append(list, numberOf(e.Event))
	}
	return list
}

// A consumer gets every event, in order, whatever the sink does; and the other way round.
func TestConsumer(t *testing.T) {
	tests := []struct {
		name     string
		sink     eventstore.Sink
		failing  bool // the consumer fails
		consumed int
		pending  int64
	}{
		{"beside a sink", memsink.New(), false, 50, 0},
		{"beside a sink that is out", nowhereSink{}, false, 50, 50},
		{"beside a sink that refuses everything", refusing{}, false, 50, 0},
		{"that fails", memsink.New(), true, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := memsink.NewConsumer("copy")
			if test.failing {
				c.Fail(errors.New("no"))
			}
			s := openOn(t, test.sink, eventstore.Config{Dir: t.TempDir(), Consumers: []eventstore.Consumer{c.Consumer()}})
			addNumbered(t, s, 1, 50)
			if test.failing {
				c.AwaitCalls(t.Context(), 2)
			} else {
				flushConsumers(t, s)
			}
			if test.pending == 0 {
				if err := s.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(numbers(1, test.consumed), got(c)); diff != "" {
				t.Error(diff)
			}
			st := s.Stats()
			if st.Pending != test.pending || st.Accepted != 50 {
				t.Errorf("%+v", st)
			}
			of := s.Stats().Consumers
			if len(of) != 1 || of[0].Name != "copy" || !of[0].Declared || of[0].Pending != int64(50-test.consumed) || (of[0].Errors > 0) != test.failing || (of[0].LastError == "no") != test.failing {
				t.Errorf("%+v", of)
			}
			last := uint64(0)
			for _, e := range c.Events() {
				if e.Seq <= last || e.Type != "e" || !bytes.Equal(e.Document, numbered(1).Document) || time.Since(e.ReceivedAt) > time.Minute {
					t.Errorf("%+v after %d", e, last)
				}
				last = e.Seq
			}
		})
	}
}

// What fails is offered again, the same events in the same order, and nothing behind it before.
func TestConsumerIsOfferedTheSameAgain(t *testing.T) {
	var mu sync.Mutex
	var calls [][]int
	c := eventstore.Consumer{Name: "picky", BatchSize: 4, Consume: func(_ context.Context, events []eventstore.ConsumedEvent) error {
		mu.Lock()
		defer mu.Unlock()
		var list []int
		for _, e := range events {
			list = append(list, numberOf(e.Event))
		}
		calls = append(calls, list)
		switch len(calls) {
		case 1:
			return errors.New("not now")
		case 2:
			panic("a bug")
		}
		return nil
	}}
	dir := t.TempDir()
	s := openOn(t, nowhereSink{}, eventstore.Config{Dir: dir}) // all are there when the consumer begins
	addNumbered(t, s, 1, 10)
	_ = shutdown(t, s, time.Millisecond)
	var log bytes.Buffer
	s = openOn(t, memsink.New(), eventstore.Config{Dir: dir, Consumers: []eventstore.Consumer{c}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	flushConsumers(t, s)
	want := [][]int{{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10}}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Error(diff)
	}
	_ = shutdown(t, s, time.Minute)
	if text := log.String(); strings.Count(text, "cannot take events") != 1 || strings.Count(text, "takes events again") != 1 || !strings.Contains(text, "consumer=picky") {
		t.Errorf("log:\n%s", text)
	}
}

// Each process takes up where the last one was, for each consumer.
func TestConsumersTakeUpWhereTheyWere(t *testing.T) {
	dir := t.TempDir()
	near, far := memsink.NewConsumer("near"), memsink.NewConsumer("far")
	far.Fail(errors.New("no"))
	config := eventstore.Config{Dir: dir, Consumers: []eventstore.Consumer{near.Consumer(), far.Consumer()}}
	s := openOn(t, memsink.New(), config)
	addNumbered(t, s, 1, 20)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for len(got(near)) < 20 {
		near.AwaitCalls(t.Context(), near.Calls()+1)
	}
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Fatal(err)
	}
	far.Fail(nil)
	sink := memsink.New()
	s = openOn(t, sink, config)
	addNumbered(t, s, 21, 30)
	flushConsumers(t, s)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(numbers(1, 30), got(far)); diff != "" {
		t.Errorf("far: %s", diff)
	}
	if diff := cmp.Diff(numbers(1, 30), got(near)); diff != "" {
		t.Errorf("near: %s", diff)
	}
	if n := len(sink.Events()); n != 10 || s.Stats().Recovered != 0 {
		t.Errorf("the sink got %d events again; %+v", n-10, s.Stats())
	}
}

// Events of suppressed users are passed over, also those that were suppressed between two attempts, and none is offered without a
// list.
func TestConsumerGetsNothingOfSuppressedUsers(t *testing.T) {
	list := ban("bob")
	list.held, list.err = true, errors.New("not read yet")
	var offered [][]string
	c := eventstore.Consumer{Name: "picky", Consume: func(_ context.Context, events []eventstore.ConsumedEvent) error {
		var users []string
		for _, e := range events {
			users = append(users, bson.Raw(e.Document).Lookup("user_id").StringValue())
		}
		if offered = append(offered, users); len(offered) > 1 {
			return nil
		}
		list.add("ada")
		return errors.New("not now")
	}}
	s := openOn(t, memsink.New(), eventstore.Config{Suppression: list, Consumers: []eventstore.Consumer{c}})
	var events []eventstore.Event
	for _, user := range []string{"ada", "bob", "eve", "ada", "eve"} {
		events = append(events, eventOf(t, user))
	}
	if _, _, err := s.AppendBatch(t.Context(), events, eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	for s.Stats().Consumers[0].Errors == 0 {
		if t.Context().Err() != nil {
			t.Fatal("it never asked for the list")
		}
	}
	list.change(func() { list.held, list.err = false, nil })
	flushConsumers(t, s)
	if diff := cmp.Diff([][]string{{"ada", "eve", "ada", "eve"}, {"eve", "eve"}}, offered); diff != "" {
		t.Error(diff)
	}
}

// A consumer that hangs does not keep the store from shutting down.
func TestShutdownInterruptsConsumers(t *testing.T) {
	entered := make(chan struct{})
	c := eventstore.Consumer{Name: "slow", Consume: func(ctx context.Context, _ []eventstore.ConsumedEvent) error {
		close(entered)
		<-ctx.Done()
		return ctx.Err()
	}}
	s := openOn(t, memsink.New(), eventstore.Config{Dir: t.TempDir(), Consumers: []eventstore.Consumer{c}})
	addNumbered(t, s, 1, 1)
	<-entered
	ended, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.FlushConsumers(ended); !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "consumer slow has 1 events left") {
		t.Errorf("flush: %v", err)
	}
	if err := shutdown(t, s, time.Minute); err != nil {
		t.Error(err)
	}
	if err := s.FlushConsumers(t.Context()); !errors.Is(err, eventstore.ErrClosed) {
		t.Errorf("flush after shutdown: %v", err)
	}
}

// Clearing leaves nothing that a consumer has still to get, and says which one needs it.
func TestClearWaitsForConsumers(t *testing.T) {
	dir := t.TempDir()
	c := memsink.NewConsumer("copy")
	c.Fail(errors.New("not now"))
	s := openOn(t, memsink.New(), eventstore.Config{Dir: dir, Consumers: []eventstore.Consumer{c.Consumer()}})
	addNumbered(t, s, 1, 5)
	clear := func(s *eventstore.Store, limit time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		return s.Maintain(ctx, func(m *eventstore.Maintenance) error { return m.ClearDelivered(ctx) })
	}
	err := clear(s, 300*time.Millisecond)
	if !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "consumer copy has 5 events left; its last error: not now") {
		t.Errorf("%v", err)
	}
	_ = shutdown(t, s, time.Minute)
	// A program that does not have the consumer cannot clear what it needs.
	s = openOn(t, memsink.New(), eventstore.Config{Dir: dir})
	if err := clear(s, time.Minute); !errors.Is(err, eventstore.ErrPending) || !strings.Contains(err.Error(), "drop-consumer") {
		t.Errorf("%v", err)
	}
	_ = shutdown(t, s, time.Minute)
	c.Fail(nil)
	s = openOn(t, memsink.New(), eventstore.Config{Dir: dir, Consumers: []eventstore.Consumer{c.Consumer()}})
	if err := clear(s, time.Minute); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(numbers(1, 5), got(c)); diff != "" {
		t.Error(diff)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "journal", "*.journal")); len(files) > 0 {
		t.Errorf("%v", files)
	}
}

// A consumer that no configuration names is shown and logged, and can be dropped.
func TestDropConsumer(t *testing.T) {
	dir := t.TempDir()
	if err := eventstore.DropConsumer(dir, "copy"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a journal: %v", err)
	}
	c := memsink.NewConsumer("copy")
	c.Fail(errors.New("no"))
	s := openOn(t, memsink.New(), eventstore.Config{Dir: dir, Consumers: []eventstore.Consumer{c.Consumer()}})
	addNumbered(t, s, 1, 5)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := eventstore.DropConsumer(dir, "copy"); !errors.Is(err, eventstore.ErrInUse) {
		t.Errorf("while it is open: %v", err)
	}
	_ = shutdown(t, s, time.Minute)
	var log bytes.Buffer
	s = openOn(t, memsink.New(), eventstore.Config{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if diff := cmp.Diff([]eventstore.ConsumerStats{{Name: "copy", Pending: 5}}, s.Stats().Consumers); diff != "" {
		t.Error(diff)
	}
	_ = shutdown(t, s, time.Minute)
	if !strings.Contains(log.String(), "consumer=copy events=5") {
		t.Errorf("log:\n%s", log.String())
	}
	r, err := eventstore.InspectJournal(t.Context(), dir)
	if err != nil || len(r.Consumers) != 1 || r.Consumers[0].Name != "copy" || r.Consumers[0].Pending != 5 || r.Consumers[0].Bytes == 0 || r.Consumers[0].Oldest.IsZero() {
		t.Errorf("%+v, %v", r.Consumers, err)
	}
	if err := eventstore.DropConsumer(dir, "other"); err == nil {
		t.Error("dropped one that never was")
	}
	if err := eventstore.DropConsumer(dir, "copy"); err != nil {
		t.Error(err)
	}
	if r, err = eventstore.InspectJournal(t.Context(), dir); err != nil || len(r.Consumers) > 0 || len(r.Segments) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "journal", "checkpoint")); err != nil {
		t.Error(err)
	}
}

// A journal that a consumer fills says so.
func TestFullJournalNamesItsConsumer(t *testing.T) {
	c := memsink.NewConsumer("copy")
	c.Fail(errors.New("no"))
	s, err := eventstore.OpenSmall(memsink.New(), eventstore.Config{Dir: t.TempDir(), Consumers: []eventstore.Consumer{c.Consumer()}}, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shutdown(t, s, time.Millisecond) })
	n := 0
	for err == nil {
		n++
		_, err = s.Append(t.Context(), numbered(n), eventstore.AckWritten)
	}
	if !errors.Is(err, eventstore.ErrJournalFull) {
		t.Fatal(err)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("consumer copy has not done %d events", n-1)
	if h := s.Health(t.Context()); !strings.Contains(h.JournalError, want) {
		t.Errorf("%q, want %q in it", h.JournalError, want)
	}
	c.Fail(nil)
	flushConsumers(t, s)
	for {
		if _, err = s.Append(t.Context(), numbered(n), eventstore.AckWritten); err == nil {
			break
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
}

func TestConsumersThatCannotBe(t *testing.T) {
	take := func(context.Context, []eventstore.ConsumedEvent) error { return nil }
	for name, c := range map[string]eventstore.Consumer{
		"no function":    {Name: "a"},
		"no name":        {Consume: take},
		"a wrong name":   {Name: "A copy", Consume: take},
		"a wrong number": {Name: "a", Consume: take, BatchSize: -1},
		"too many":       {Name: "a", Consume: take, BatchSize: eventstore.MaxBatchSize + 1},
	} {
		s, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{Dir: t.TempDir(), Consumers: []eventstore.Consumer{c}})
		if err == nil {
			_ = s.Shutdown(t.Context())
			t.Errorf("%s: no error", name)
		}
	}
}
