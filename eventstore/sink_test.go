// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// scripted is a sink that answers as a test wants, and keeps in memory what it says that it stored.
type scripted struct {
	memory memsink.Sink
	answer func(call int, events []eventstore.Event) ([]eventstore.Verdict, error, bool) // false: as the memory does
	ping   error

	mu       sync.Mutex
	calls    []int // the sizes of the deliveries
	prepared int
	closed   int
}

func (s *scripted) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	s.mu.Lock()
	call := len(s.calls)
	s.calls = append(s.calls, len(events))
	s.mu.Unlock()
	if s.answer != nil {
		if v, err, ok := s.answer(call, events); ok {
			return v, err
		}
	}
	return s.memory.Deliver(ctx, events)
}

func (s *scripted) Ping(context.Context) error { return s.ping }

func (s *scripted) Name() string { return "shelf" }

func (s *scripted) Prepare(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prepared++
	if len(s.calls) > 0 {
		return errors.New("prepared too late")
	}
	return &eventstore.DeliveryError{Kind: "prepare", Err: errors.New("no plank")}
}

func (s *scripted) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	if _, ok := ctx.Deadline(); !ok {
		return errors.New("closing has no bound")
	}
	return nil
}

const spoilt = 7 // the event that the sinks of the table do not like

func holdsSpoilt(events []eventstore.Event) bool {
	return slices.ContainsFunc(events, func(e eventstore.Event) bool {
		n, _ := bson.Raw(e.Document).Lookup("n").AsInt64OK()
		return n == spoilt
	})
}

// TestAnswersOfSinks: whatever a sink answers, no event is lost, and only the one that is to blame is quarantined.
func TestAnswersOfSinks(t *testing.T) {
	type events = []eventstore.Event
	type verdicts = []eventstore.Verdict
	failing := func(err error) func(int, events) (verdicts, error, bool) {
		return func(_ int, e events) (verdicts, error, bool) { return nil, err, holdsSpoilt(e) }
	}
	one := func(v eventstore.Verdict) func(int, events) (verdicts, error, bool) {
		return func(_ int, e events) (verdicts, error, bool) {
			return verdicts{v}, nil, len(e) == 1 && holdsSpoilt(e)
		}
	}
	blame := func(b eventstore.Blame, kind, reason string) error {
		return &eventstore.DeliveryError{Kind: kind, Blame: b, Reason: reason, Detail: "s3cret", Err: errors.New("no")}
	}
	passing := func(n int, err error) func(int, events) (verdicts, error, bool) {
		return func(call int, e events) (verdicts, error, bool) { return nil, err, call < n }
	}
	const good = 20
	for _, test := range []struct {
		name        string
		answer      func(call int, e events) (verdicts, error, bool)
		ping        error
		quarantined string   // the reason
		errors      []string // kinds that are counted
	}{
		{"takes all", func(int, events) (verdicts, error, bool) { return nil, nil, false }, nil, "", nil},
		{"plain error, then well", passing(3, errors.New("out")), nil, "", []string{"other"}},
		{"deadline, then well", passing(3, fmt.Errorf("slow: %w", context.DeadlineExceeded)), nil, "", []string{"timeout"}},
		{"blames itself, then well", passing(3, blame(eventstore.BlameSink, "full", "")), nil, "", []string{"full"}},
		{"no verdicts, then well", passing(3, nil), nil, "", []string{"write"}},
		{"too many verdicts, then well", func(call int, e events) (verdicts, error, bool) {
			return make(verdicts, len(e)+1), nil, call < 3
		}, nil, "", []string{"write"}},
		{"blames the events", failing(blame(eventstore.BlameEvents, "shape", "")), nil, "refused_shape", []string{"shape"}},
		{"blames the events, with a reason", failing(blame(eventstore.BlameEvents, "shape", "too_wide")), nil, "too_wide", []string{"shape"}},
		{"does not know", failing(blame(eventstore.BlameUnknown, "", "")), nil, "refused_other", []string{"other"}},
		{"breaks the connection, and answers a ping", failing(blame(eventstore.BlameConnection, "network", "")), nil, "refused_network", []string{"network"}},
		{"panics", func(_ int, e events) (verdicts, error, bool) {
			if holdsSpoilt(e) {
				panic("s3cret")
			}
			return nil, nil, false
		}, nil, "refused_panic", []string{"panic"}},
		{"refuses", one(eventstore.Verdict{Outcome: eventstore.Refused, Reason: "ugly", Message: "s3cret"}), nil, "ugly", nil},
		{"refuses without a reason", one(eventstore.Verdict{Outcome: eventstore.Refused}), nil, "refused", nil},
		{"doubts", one(eventstore.Verdict{Outcome: eventstore.Doubtful, Reason: "odd", Message: "s3cret"}), nil, "odd", []string{"write"}},
		{"an outcome that nobody knows", func(call int, e events) (verdicts, error, bool) {
			return slices.Repeat(verdicts{{Outcome: 99}}, len(e)), nil, call < 3
		}, nil, "", []string{"write"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := batch(t, good+1)
			synctest.Test(t, func(t *testing.T) {
				var log servicetest.Log
				sink := &scripted{answer: test.answer, ping: test.ping}
				// One event in a batch, so that verdicts about single events are easy to give, or many.
				size := 8
				if strings.HasPrefix(test.name, "refuses") || test.name == "doubts" {
					size = 1
				}
				s := openOn(t, sink, eventstore.Config{Dir: t.TempDir(), BatchSize: size, Logger: log.Logger()})
				addBatch(t, s, all, eventstore.AckWritten)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				done := make(chan struct{})
				end := sync.OnceFunc(func() { close(done) })
				defer end()
				go func() { // later events are the proof that the sink takes some
					for i := 0; ; i++ {
						select {
						case <-done:
							return
						case <-time.After(time.Second):
							if _, err := s.Append(ctx, all[0], eventstore.AckWritten); err != nil {
								return
							}
						}
					}
				}()
				if err := s.Flush(ctx); err != nil {
					t.Fatal(err)
				}
				end()
				synctest.Wait()
				if err := s.Flush(ctx); err != nil {
					t.Fatal(err)
				}
				balanced(t, s)
				want, left := map[eventstore.QuarantineKey]int64{}, good+1
				if test.quarantined != "" {
					want[eventstore.QuarantineKey{Type: "e", Reason: test.quarantined}] = 1
					left = good
				}
				if diff := cmp.Diff(want, s.Stats().Quarantined); diff != "" {
					t.Errorf("quarantined: %s", diff)
				}
				if n := len(sink.memory.Events()); n != left {
					t.Errorf("the sink has %d events, want %d", n, left)
				}
				kinds := append([]string{"prepare"}, test.errors...)
				for kind := range s.Stats().Errors {
					if !slices.Contains(kinds, kind) {
						t.Errorf("an error of the kind %s is counted, want %v", kind, kinds)
					}
				}
				for _, kind := range kinds {
					if s.Stats().Errors[kind] == 0 {
						t.Errorf("no error of the kind %s is counted: %v", kind, s.Stats().Errors)
					}
				}
				if text := log.String() + s.Health(ctx).LastError; strings.Contains(text, "s3cret") || !strings.Contains(text, "subsystem=shelf") {
					t.Errorf("the log should name the sink and hold no secret:\n%s", text)
				}
				if err := shutdown(t, s, time.Minute); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestConnectionThatBreaksWithoutAPing stays an outage when nobody can say that the sink is there.
func TestConnectionThatBreaksWithoutAPing(t *testing.T) {
	e := event(t)
	for name, ping := range map[string]error{"ping fails": errors.New("away"), "no ping": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				broken := &scripted{ping: ping, answer: func(int, []eventstore.Event) ([]eventstore.Verdict, error, bool) {
					return nil, &eventstore.DeliveryError{Kind: "network", Blame: eventstore.BlameConnection, Err: errors.New("reset")}, true
				}}
				var sink eventstore.Sink = broken
				if ping == nil {
					sink = struct{ eventstore.Sink }{broken}
				}
				s := openOn(t, sink, eventstore.Config{Dir: t.TempDir()})
				add(t, s, e)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				if err := s.Flush(ctx); !errors.Is(err, eventstore.ErrPending) || len(s.Stats().Quarantined) > 0 {
					t.Errorf("%v, %+v", err, s.Stats())
				}
				_ = shutdown(t, s, time.Millisecond)
			})
		})
	}
}
