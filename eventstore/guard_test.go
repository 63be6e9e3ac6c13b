// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// hostile is a sink in memory with faults. Each is nil for none.
type hostile struct {
	memory               memsink.Sink
	deliver              func(call int) error // instead of a delivery when it returns an error
	prepare, ping, close func() error
	calls                atomic.Int64
}

func (h *hostile) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	call := int(h.calls.Add(1))
	if h.deliver != nil {
		if err := h.deliver(call); err != nil {
			return nil, err
		}
	}
	return h.memory.Deliver(ctx, events)
}

func maybe(f func() error) error {
	if f == nil {
		return nil
	}
	return f()
}

func (h *hostile) Prepare(context.Context) error { return maybe(h.prepare) }
func (h *hostile) Ping(context.Context) error    { return maybe(h.ping) }
func (h *hostile) Close(context.Context) error   { return maybe(h.close) }

// shelfError is an error whose nil pointer has no text.
type shelfError struct{ text string }

func (e *shelfError) Error() string { return e.text }

// TestHostileSinks: whatever a sink or a listener does, the process lives on, events are delivered, and Shutdown ends.
func TestHostileSinks(t *testing.T) {
	panics := func() error { panic("s3cret") }
	exits := func() error { runtime.Goexit(); return nil }
	var release chan struct{} // of the bubble, which must not leave goroutines behind
	hangs := func() error { <-release; return nil }
	at := func(n int, f func() error) func(int) error { // in the first n calls
		return func(call int) error {
			if call <= n {
				return f()
			}
			return nil
		}
	}
	returns := func(err error) func() error { return func() error { return err } }
	breaks := returns(&eventstore.DeliveryError{Kind: "connection", Blame: eventstore.BlameConnection, Err: errors.New("broken")})
	for name, test := range map[string]struct {
		sink      *hostile // nil: without faults
		listener  func()
		lastError string // of Health; empty: any
		sinkError string
	}{
		"Deliver ends its goroutine":        {sink: &hostile{deliver: at(1, exits)}, lastError: "the sink ended its goroutine"},
		"Deliver panics":                    {sink: &hostile{deliver: at(1, panics)}, lastError: "the sink panicked"},
		"nil pointer to an error":           {sink: &hostile{deliver: at(1, returns((*shelfError)(nil)))}, lastError: "the sink returned an error whose text cannot be read; is it a nil pointer?"},
		"nil pointer to a DeliveryError":    {sink: &hostile{deliver: at(1, returns((*eventstore.DeliveryError)(nil)))}, lastError: "the sink returned an error whose text cannot be read; is it a nil pointer?"},
		"DeliveryError around such a one":   {sink: &hostile{deliver: at(1, returns(&eventstore.DeliveryError{Err: (*shelfError)(nil)}))}, lastError: "the sink returned an error whose text cannot be read; is it a nil pointer?"},
		"Prepare panics":                    {sink: &hostile{prepare: panics}, lastError: "Prepare of the sink panicked"},
		"Prepare ends its goroutine":        {sink: &hostile{prepare: exits}, lastError: "Prepare of the sink ended its goroutine"},
		"Prepare returns a nil pointer":     {sink: &hostile{prepare: returns((*shelfError)(nil))}},
		"Ping panics":                       {sink: &hostile{ping: panics}, sinkError: "Ping of the sink panicked"},
		"Ping panics in a delivery":         {sink: &hostile{ping: panics, deliver: at(6, breaks)}, sinkError: "Ping of the sink panicked"},
		"Ping does not return":              {sink: &hostile{ping: hangs}, sinkError: "context deadline exceeded"},
		"Ping does not return a delivery":   {sink: &hostile{ping: hangs, deliver: at(6, breaks)}, sinkError: "context deadline exceeded"},
		"Ping returns a nil pointer":        {sink: &hostile{ping: returns((*shelfError)(nil))}, sinkError: "the sink returned an error whose text cannot be read; is it a nil pointer?"},
		"Close panics":                      {sink: &hostile{close: panics}},
		"Close ends its goroutine":          {sink: &hostile{close: exits}},
		"Close does not return":             {sink: &hostile{close: hangs}},
		"a listener panics":                 {listener: func() { panic("s3cret") }, lastError: "a listener to insert attempts panicked"},
		"a listener ends its own goroutine": {listener: runtime.Goexit, lastError: "a listener to insert attempts ended its goroutine"},
	} {
		t.Run(name, func(t *testing.T) {
			all := batch(t, 5)
			synctest.Test(t, func(t *testing.T) {
				var log servicetest.Log
				sink, heard := test.sink, 0
				if sink == nil {
					sink = new(hostile)
				}
				release = make(chan struct{})
				defer close(release)
				c := eventstore.Config{Dir: t.TempDir(), Logger: log.Logger(), OnInsertAttempt: []func(eventstore.InsertAttempt){
					func(eventstore.InsertAttempt) {
						if test.listener != nil {
							test.listener()
						}
					},
					func(eventstore.InsertAttempt) { heard++ },
				}}
				s, err := eventstore.Open(context.Background(), sink, c)
				if err != nil {
					t.Fatal(err)
				}
				addBatch(t, s, all, eventstore.AckWritten)
				ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
				defer cancel()
				if err := s.Flush(ctx); err != nil {
					t.Fatal(err)
				}
				balanced(t, s)
				if n := len(sink.memory.Events()); n != len(all) || heard == 0 {
					t.Errorf("the sink has %d events, and %d attempts were heard", n, heard)
				}
				h := s.Health(context.Background())
				if test.lastError != "" && h.LastError != test.lastError || h.SinkError != test.sinkError {
					t.Errorf("%+v", h)
				}
				for range 2 {
					if err := s.Shutdown(ctx); err != nil {
						t.Errorf("Shutdown: %v", err)
					}
				}
				if n := strings.Count(log.String(), "a listener failed"); n > 1 || (n == 1) != (test.listener != nil) || strings.Contains(log.String(), "s3cret") {
					t.Errorf("the log has %s", log.String())
				}
			})
		})
	}
}

// TestPingsThatDoNotReturn: a probe that asks again and again does not leave ever more of them behind.
func TestPingsThatDoNotReturn(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	s := openOn(t, &hostile{ping: func() error { <-release; return nil }}, eventstore.Config{})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	before := runtime.NumGoroutine()
	for range 30 {
		if h := s.Health(ended); h.SinkError == "" {
			t.Error("healthy")
		}
	}
	if n := runtime.NumGoroutine() - before; n > 15 {
		t.Errorf("%d goroutines are left behind", n)
	}
	if h := s.Health(ended); h.SinkError != "earlier pings of the sink have not returned" {
		t.Errorf("got %q", h.SinkError)
	}
}

// panickingHandler is a handler of log records that panics.
type panickingHandler struct{ slog.Handler }

func (panickingHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (panickingHandler) Handle(context.Context, slog.Record) error { panic("s3cret") }
func (h panickingHandler) WithAttrs([]slog.Attr) slog.Handler      { return h }

func TestLoggerThatPanics(t *testing.T) {
	s := openOn(t, &hostile{deliver: func(call int) error {
		if call == 1 {
			return errors.New("out")
		}
		return nil
	}}, eventstore.Config{Logger: slog.New(panickingHandler{})})
	addBatch(t, s, batch(t, 3), eventstore.AckWritten)
	if err := s.Flush(t.Context()); err != nil {
		t.Error(err)
	}
}
