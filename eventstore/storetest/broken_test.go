// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// model is a sink in memory whose faults can be switched on. It passes the suite.
type model struct {
	mu       sync.Mutex
	events   []eventstore.Event
	known    map[[16]byte]bool
	out      bool          // nobody is there
	half     bool          // the second half of a delivery fails
	hanging  chan struct{} // closed when deliveries go on; nil: they do not hang
	poisoned [16]byte      // refused for good; zero: none
}

var errOut = errors.New("out")

func (m *model) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	m.mu.Lock()
	hanging := m.hanging
	m.mu.Unlock()
	if hanging != nil {
		select {
		case <-hanging:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.out {
		return nil, errOut
	}
	verdicts := make([]eventstore.Verdict, len(events))
	for i, e := range events {
		switch {
		case m.half && i >= len(events)/2:
			return verdicts, errOut
		case e.ID == m.poisoned && e.ID != [16]byte{}:
			verdicts[i] = eventstore.Verdict{Outcome: eventstore.Refused, Reason: "poison"}
		case m.known[e.ID]:
			verdicts[i].Outcome = eventstore.Deduplicated
			if slices.ContainsFunc(m.events, func(have eventstore.Event) bool { return bytes.Equal(have.Document, e.Document) }) {
				verdicts[i].Outcome = eventstore.Redelivered
			}
		default:
			m.keep(eventstore.Event{ID: e.ID, Document: bytes.Clone(e.Document)})
			verdicts[i].Outcome = eventstore.Stored
		}
	}
	return verdicts, nil
}

func (m *model) keep(e eventstore.Event) {
	m.events = append(m.events, e)
	m.known[e.ID] = true
}

func (m *model) Ping(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.out {
		return errOut
	}
	return nil
}

func (m *model) stored() ([]eventstore.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events), nil
}

// switched sets a fault and returns what ends it.
func (m *model) switched(fault *bool) (restore func()) {
	set := func(on bool) {
		m.mu.Lock()
		defer m.mu.Unlock()
		*fault = on
	}
	set(true)
	return func() { set(false) }
}

func (m *model) hang() (restore func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hanging = make(chan struct{})
	return sync.OnceFunc(func() { close(m.hanging) })
}

func (m *model) isOut() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.out
}

// broken is a model with something in front of it.
type broken struct {
	*model
	deliver func(m *model, ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error)
	ping    func() error
}

func (b broken) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	if b.deliver == nil {
		return b.model.Deliver(ctx, events)
	}
	return b.deliver(b.model, ctx, events)
}

func (b broken) Ping(ctx context.Context) error {
	if b.ping == nil {
		return b.model.Ping(ctx)
	}
	return b.ping()
}

func harnessOf(b broken) Harness {
	return Harness{Deduplicates: true, Distinguishes: true, New: func(testing.TB) Subject {
		m := &model{known: make(map[[16]byte]bool)}
		b.model = m
		return Subject{
			Sink: b, Stored: m.stored,
			Outage:  func() func() { return m.switched(&m.out) },
			Partial: func() func() { return m.switched(&m.half) },
			Stall:   m.hang,
			Refuse: func() eventstore.Event {
				m.poisoned = [16]byte{1, 2, 3}
				doc, _ := bson.Marshal(bson.D{{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: m.poisoned[:]}}})
				return eventstore.Event{ID: m.poisoned, Type: "poison", Document: doc}
			},
		}
	}}
}

// recorder is a test whose failures are wanted.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	failures []string
}

func (r *recorder) Error(args ...any)                 { r.fail(fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.fail(fmt.Sprintf(format, args...)) }

func (r *recorder) Fatal(args ...any) {
	r.fail(fmt.Sprint(args...))
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.fail(fmt.Sprintf(format, args...))
	runtime.Goexit()
}

func (r *recorder) fail(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, text)
}

// failures runs one case with this patience, and returns what it says.
func failures(t *testing.T, name string, h Harness, patience time.Duration) []string {
	t.Helper()
	i := slices.IndexFunc(cases(), func(c testCase) bool { return c.name == name })
	if i < 0 {
		t.Fatalf("there is no case %s", name)
	}
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := newSuite(r, h)
		s.patience, s.grace, s.outage = patience, 300*time.Millisecond, patience/2
		cases()[i].run(s)
	}()
	<-done
	return r.failures
}

// TestModel: the suite passes a sink that is right, in every case.
func TestModel(t *testing.T) { Run(t, harnessOf(broken{})) }

// TestBrokenSinks: the suite finds what is wrong with a sink.
func TestBrokenSinks(t *testing.T) {
	type events = []eventstore.Event
	type verdicts = []eventstore.Verdict
	all := func(n int, o eventstore.Outcome) verdicts { return slices.Repeat(verdicts{{Outcome: o}}, n) }
	alone := make(chan struct{}, 1)
	seen := make(map[string]bool)
	for _, test := range []struct {
		name   string
		broken broken
		found  []string // by these cases
	}{
		{"forgets an event", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e[:max(len(e)-1, 1)])
			return append(v, all(len(e)-len(v), eventstore.Stored)...), err
		}}, []string{"Delivers", "ThroughTheQueue", "OneOfSeveral", "Concurrently", "KeepsNoMemory"}},
		{"has ids of its own", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			e = clone(e)
			for i := range e {
				e[i].ID[0] ^= 1
			}
			return m.Deliver(ctx, e)
		}}, []string{"Delivers", "ThroughTheQueue"}},
		{"cuts documents short", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			e = clone(e)
			for i := range e {
				e[i].Document = e[i].Document[:len(e[i].Document)-1]
			}
			return m.Deliver(ctx, e)
		}}, []string{"Delivers"}},
		{"refuses what it stores", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			_, err := m.Deliver(ctx, e)
			return all(len(e), eventstore.Refused), err
		}}, []string{"Delivers", "ThroughTheQueue"}},
		{"has too many verdicts", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			return append(v, eventstore.Verdict{}), err
		}}, []string{"Delivers"}},
		{"never decides", broken{deliver: func(*model, context.Context, events) (verdicts, error) {
			return nil, nil
		}}, []string{"Delivers", "ThroughTheQueue"}},
		{"keeps documents", broken{deliver: func(m *model, _ context.Context, e events) (verdicts, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			for i := range e {
				m.keep(e[i])
			}
			return all(len(e), eventstore.Stored), nil
		}}, []string{"KeepsNoMemory"}},
		{"changes documents", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			e[0].Document[4] ^= 1
			return v, err
		}}, []string{"ChangesNothing"}},
		{"changes the slice", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			slices.Reverse(e)
			return v, err
		}}, []string{"ChangesNothing"}},
		{"takes one delivery at a time", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			select {
			case alone <- struct{}{}:
			default:
				return nil, errors.New("busy")
			}
			v, err := m.Deliver(ctx, e)
			select { // as a server takes its time
			case <-ctx.Done():
			case <-time.After(10 * time.Millisecond):
			}
			<-alone
			return v, err
		}}, []string{"Concurrently"}},
		{"stores duplicates", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			m.mu.Lock()
			clear(m.known)
			m.mu.Unlock()
			return m.Deliver(ctx, e)
		}}, []string{"DeliveredTwice"}},
		{"does not tell duplicates", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			return all(len(v), eventstore.Stored), err
		}}, []string{"DeliveredTwice", "TwiceInOneDelivery"}},
		{"takes an event with the same id for its own", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			for i := range v {
				if v[i].Outcome == eventstore.Deduplicated {
					v[i].Outcome = eventstore.Redelivered
				}
			}
			return v, err
		}}, []string{"SameKey"}},
		{"takes its own event for another one", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			for i := range v {
				if v[i].Outcome == eventstore.Redelivered {
					v[i].Outcome = eventstore.Deduplicated
				}
			}
			return v, err
		}}, []string{"DeliveredTwice", "TwiceInOneDelivery", "SameKey"}},
		{"keeps the last event of a key", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			m.mu.Lock()
			defer m.mu.Unlock()
			for i := range v {
				at := slices.IndexFunc(m.events, func(have eventstore.Event) bool { return have.ID == e[i].ID })
				if v[i].Outcome == eventstore.Deduplicated && at >= 0 {
					m.events[at].Document = bytes.Clone(e[i].Document)
				}
			}
			return v, err
		}}, []string{"SameKey"}},
		{"claims when its context has ended", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			if ctx.Err() != nil {
				return all(len(e), eventstore.Stored), nil
			}
			return m.Deliver(ctx, e)
		}}, []string{"ContextEnded"}},
		{"ignores its context", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			return m.Deliver(patient, e)
		}}, []string{"Stalls"}},
		{"claims during an outage", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			if m.isOut() {
				return all(len(e), eventstore.Stored), nil
			}
			return m.Deliver(ctx, e)
		}}, []string{"Outage", "OutageThroughTheQueue", "OneOfSeveralIsOut"}},
		{"refuses during an outage", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			if m.isOut() {
				return all(len(e), eventstore.Refused), nil
			}
			return m.Deliver(ctx, e)
		}}, []string{"Outage", "OutageThroughTheQueue"}},
		{"blames events for an outage", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			if m.isOut() {
				return nil, &eventstore.DeliveryError{Blame: eventstore.BlameEvents, Err: errOut}
			}
			return m.Deliver(ctx, e)
		}}, []string{"Outage", "OutageThroughTheQueue"}},
		{"quotes documents", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			if err != nil {
				err = fmt.Errorf("%w: %s", err, e[0].Document)
			}
			return v, err
		}}, []string{"Outage", "Partial", "Stalls"}},
		{"does not recover", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			if errors.Is(err, errOut) {
				m.hang()
			}
			return v, err
		}}, []string{"Outage", "OutageThroughTheQueue", "Partial"}},
		{"answers a ping during an outage", broken{ping: func() error { return nil }}, []string{"Outage"}},
		{"claims what failed", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, _ := m.Deliver(ctx, e)
			return append(slices.DeleteFunc(v, func(v eventstore.Verdict) bool { return v.Outcome == eventstore.Retry }),
				all(len(e)-len(v)/2, eventstore.Stored)...)[:len(e)], nil
		}}, []string{"Partial"}},
		{"refuses the good with the bad", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			if slices.ContainsFunc(e, func(e eventstore.Event) bool { return e.ID == m.poisoned }) {
				return all(len(e), eventstore.Refused), nil
			}
			return m.Deliver(ctx, e)
		}}, []string{"Refused"}},
		{"takes less than it says", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, slices.DeleteFunc(clone(e), func(e eventstore.Event) bool { return len(e.Document) >= modelLimit }))
			return append(v, all(len(e)-len(v), eventstore.Refused)...), err
		}}, []string{"LargestEvent"}},
		{"confuses the order", broken{deliver: func(m *model, ctx context.Context, e events) (verdicts, error) {
			v, err := m.Deliver(ctx, e)
			slices.Reverse(v)
			return v, err
		}}, []string{"Refused", "Partial"}},
	} {
		for _, name := range test.found {
			seen[name] = true
			t.Run(test.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				patience := 2 * time.Second
				for len(failures(t, name, harnessOf(test.broken), patience)) == 0 {
					// Some faults show only once the queue has asked often enough, which takes a busy machine longer.
					if patience *= 2; patience > 20*time.Second {
						t.Fatalf("%s passes", name)
					}
				}
			})
		}
	}
	for _, c := range cases() {
		if !seen[c.name] {
			t.Errorf("no broken sink fails in %s", c.name)
		}
	}
}
