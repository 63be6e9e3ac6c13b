// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// handed is a batch that tells what becomes of it.
type handed struct {
	events   []eventstore.Event
	became   chan string
	extended chan struct{}
	rest     *handed // what Split takes off
}

func (h *handed) Events() []eventstore.Event { return h.events }
func (h *handed) Ack() error                 { h.became <- "acknowledged"; return nil }
func (h *handed) Release(time.Duration) error {
	h.became <- "released"
	return nil
}

func (h *handed) Extend() error {
	select {
	case h.extended <- struct{}{}:
	default:
	}
	return nil
}

func (h *handed) Split(f func(*eventstore.Event) bool) (yes, no batch) {
	sound := &handed{became: h.became, extended: h.extended}
	for i := range h.events {
		part := sound
		if f(&h.events[i]) {
			part = h.rest
		}
		part.events = append(part.events, h.events[i])
	}
	return h.rest, sound
}

// hands is a log that hands out batches, with an error in front of each.
type hands struct {
	source
	batches chan *handed
	failed  bool
}

func (h *hands) Next(ctx context.Context) (batch, error) {
	if h.failed = !h.failed; h.failed {
		return nil, errors.New("away")
	}
	select {
	case b := <-h.batches:
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// failing is a sink that fails as long as it has an error, and refuses events of the type bad.
type failing struct {
	memsink.Sink
	errs chan error // has one element while it fails
}

func (f *failing) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	select {
	case err := <-f.errs:
		f.errs <- err
		return nil, err
	default:
	}
	verdicts, err := f.Sink.Deliver(ctx, events)
	for i := range verdicts {
		if events[i].Type == "bad" {
			verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused, Reason: "bad"}
		}
	}
	return verdicts, err
}

func one(eventType string) []eventstore.Event {
	return []eventstore.Event{{ID: [16]byte{1}, Type: eventType, Document: []byte{5, 0, 0, 0, 0}}}
}

// large is a document that the quarantine of a small store in memory has no room for.
func large(t *testing.T) []byte {
	t.Helper()
	document, err := bson.Marshal(bson.D{{Key: "padding", Value: strings.Repeat("x", eventstore.MinMemoryBytes/4)}})
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// inMemory returns a small store.
func inMemory(t *testing.T, sink eventstore.Sink) *eventstore.Store {
	t.Helper()
	store, err := eventstore.Open(t.Context(), sink, eventstore.Config{
		Storage: eventstore.Memory, MemoryBytes: eventstore.MinMemoryBytes, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// became runs a deliverer over one batch until something has become of it.
func became(t *testing.T, store *eventstore.Store, b *handed) string {
	t.Helper()
	log := &hands{batches: make(chan *handed, 1)}
	log.batches <- b
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- newDeliverer(log, store, newTypes(nil), slog.New(slog.DiscardHandler)).run(ctx, t.Context())
	}()
	what := <-b.became
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	_ = store.Shutdown(t.Context())
	return what
}

// TestLostBehindQuarantined: the receipt of a batch tells of the first event that failed. One behind it that is lost comes again.
func TestLostBehindQuarantined(t *testing.T) {
	for _, test := range []struct {
		name   string
		second []byte
		want   string
	}{{"both in quarantine", one("bad")[0].Document, "acknowledged"}, {"the second is lost", large(t), "released"}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := &failing{errs: make(chan error, 1)}
				events := append(one("bad"), eventstore.Event{ID: [16]byte{2}, Type: "bad", Document: test.second})
				b := &handed{events: events, became: make(chan string, 1), extended: make(chan struct{}, 1)}
				if got := became(t, inMemory(t, sink), b); got != test.want {
					t.Errorf("it was %s, want %s", got, test.want)
				}
			})
		})
	}
}

// TestFullQuarantine: messages that are no events, and that the quarantine has no room for, stay in the log. Others pass them.
func TestFullQuarantine(t *testing.T) {
	no := eventstore.Event{ID: [16]byte{2}, Type: "other", Document: large(t), Refusal: &eventstore.Refusal{Reason: "malformed"}}
	for _, test := range []struct {
		name   string
		events []eventstore.Event
		sound  string
	}{
		{"among others", append(one("e"), no), "acknowledged"},
		{"alone", []eventstore.Event{no}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := inMemory(t, &failing{errs: make(chan error, 1)})
				rest := &handed{became: make(chan string, 1)}
				b := &handed{events: test.events, became: make(chan string, 1), extended: make(chan struct{}, 1), rest: rest}
				if test.sound == "" {
					b.became = rest.became
				}
				got := became(t, store, b)
				if test.sound == "" {
					rest.became <- got
				} else if got != test.sound {
					t.Errorf("the event was %s, want %s", got, test.sound)
				}
				if len(rest.became) == 0 {
					t.Fatal("nothing has become of the message that is no event")
				}
				if got := <-rest.became; got != "released" || len(rest.events) != 1 {
					t.Errorf("the message was %s, %d events", got, len(rest.events))
				}
			})
		})
	}
}

// TestJournalFirst: a process that takes up many events of earlier ones reads no more before MongoDB has most of them. Else the journal
// of one that is killed again and again grows by copies of what the log hands out again.
func TestJournalFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &failing{errs: make(chan error, 1)}
		sink.errs <- errors.New("away")
		store, err := eventstore.Open(t.Context(), sink, eventstore.Config{Storage: eventstore.Memory, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		earlier := make([]eventstore.Event, maxPending)
		for i := range earlier {
			earlier[i] = one("e")[0]
			earlier[i].ID = [16]byte{1, byte(i >> 8), byte(i)}
		}
		if _, _, err := store.AppendBatch(t.Context(), earlier, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
		log := &hands{batches: make(chan *handed, 1), failed: true}
		b := &handed{events: one("e"), became: make(chan string, 1), extended: make(chan struct{}, 1)}
		log.batches <- b
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- newDeliverer(log, store, newTypes(nil), slog.New(slog.DiscardHandler)).run(ctx, t.Context())
		}()
		time.Sleep(time.Hour)
		if len(log.batches) == 0 {
			t.Error("a batch was read while MongoDB was away and the journal had many events")
		}
		<-sink.errs
		if became := <-b.became; became != "acknowledged" {
			t.Errorf("then it was %s", became)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = store.Shutdown(t.Context())
	})
}

// TestBatch follows one batch: it is acknowledged when the sink is done with it, and not before.
func TestBatch(t *testing.T) {
	for _, test := range []struct {
		name   string
		events []eventstore.Event
		away   bool // the sink, at first
		stop   bool // the process ends while it is
		closed bool // the store takes nothing
		want   string
	}{
		{"stored", one("e"), false, false, false, "acknowledged"},
		{"refused for good", one("bad"), false, false, false, "acknowledged"},
		{"no event", []eventstore.Event{{ID: [16]byte{2}, Document: []byte{5, 0, 0, 0, 0}, Refusal: &eventstore.Refusal{Reason: "malformed"}}}, false, false, false, "acknowledged"},
		{"stored after an outage", one("e"), true, false, false, "acknowledged"},
		{"the process ends in an outage", one("e"), true, true, false, "released"},
		{"the journal takes nothing", one("e"), false, false, true, "released"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := &failing{errs: make(chan error, 1)}
				if test.away {
					sink.errs <- errors.New("away")
				}
				store, err := eventstore.Open(t.Context(), sink, eventstore.Config{Storage: eventstore.Memory, Logger: slog.New(slog.DiscardHandler)})
				if err != nil {
					t.Fatal(err)
				}
				shut := func() {
					ctx, cancel := context.WithTimeout(context.Background(), time.Second)
					defer cancel()
					_ = store.Shutdown(ctx)
				}
				defer shut()
				if test.closed {
					shut()
				}
				log := &hands{batches: make(chan *handed, 1)}
				b := &handed{events: test.events, became: make(chan string, 1), extended: make(chan struct{}, 1)}
				log.batches <- b
				d := newDeliverer(log, store, newTypes(nil), slog.New(slog.DiscardHandler))
				ctx, stop := context.WithCancel(t.Context())
				patience, give := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- d.run(ctx, patience) }()
				if test.away {
					<-b.extended // which takes so long that it was tried often
					if len(b.became) > 0 {
						t.Errorf("it was %s while the sink was away", <-b.became)
					}
					if test.stop {
						stop()
						give()
					} else {
						<-sink.errs
					}
				}
				if became := <-b.became; became != test.want {
					t.Errorf("it was %s, want %s", became, test.want)
				}
				stop()
				give()
				if err := <-ended; errors.Is(err, eventstore.ErrClosed) != test.closed {
					t.Error(err)
				}
			})
		})
	}
}

// TestTypes are those of the map, under their names of now, or the first that come.
func TestTypes(t *testing.T) {
	m, err := eventmap.Parse([]byte("version: 1\nevents:\n  now: {renamed_from: [before]}\n  level_*: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"now": "now", "before": "now", "level_*": "level_*", "foreign": otherType} {
		if got := newTypes(m).name(name); got != want {
			t.Errorf("%s is counted as %s, want %s", name, got, want)
		}
	}
	open := newTypes(nil)
	for _, foreign := range []string{"", strings.Repeat("x", maxTypeBytes+1), "\xff"} {
		if got := open.name(foreign); got != otherType {
			t.Errorf("%q is counted under %q", foreign, got)
		}
	}
	for i := range maxTypes {
		open.name(string(rune('a'+i%26)) + string(rune('0'+i/26)))
	}
	if got := open.name("one more"); got != otherType {
		t.Errorf("beyond the bound it is %s", got)
	}
	if got := open.name("a0"); got != "a0" {
		t.Errorf("one that is known is %s", got)
	}
}
