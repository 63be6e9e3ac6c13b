// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// TestMarkAround: what a program stores for minutes without counting is counted, also what is older than all before it, and what it
// stores after its mark was taken for one that is left. It writes few marks.
func TestMarkAround(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		counting := w.start(0)
		counting.counter.start()
		p := w.start(0)
		sink := MarkAround(p, p, nil)
		deliver := func(n int, received time.Time) {
			t.Helper()
			if _, err := sink.Deliver(t.Context(), []eventstore.Event{event(user(n), time.Now(), received)}); err != nil {
				t.Fatal(err)
			}
		}
		begun := time.Now().Add(-time.Hour)
		for n := range 600 { // ten minutes
			deliver(n, begun.Add(time.Duration(n)*time.Second))
			time.Sleep(time.Second)
		}
		deliver(1_000, begun.Add(-24*time.Hour))
		if marks := p.done - 601; marks > 2*(600/45+2) {
			t.Errorf("%d operations for marks", marks)
		}
		time.Sleep(leaseTime + 3*leaseEvery)
		counting.agree("after ten minutes")
		deliver(1_001, begun)
		p.kill()
		time.Sleep(leaseTime + 3*leaseEvery)
		counting.agree("after what was stored much later")
		leases, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{})
		if err != nil || len(leases) > 0 {
			t.Errorf("marks are left: %v, %v", leases, err)
		}
		counting.kill()
	})
}

// TestMarkThatCannotBeWritten: events wait for a database that is away, and do not wait for a right that is missing.
func TestMarkThatCannotBeWritten(t *testing.T) {
	w := newWorld(t)
	p := w.start(0)
	records := &unable{Store: &w.records}
	records.fail(errors.New("away"))
	heard := 0
	sink := MarkAround(p, records, func(error) { heard++ })
	batch := []eventstore.Event{event("a", time.Now(), time.Now())}
	if _, err := sink.Deliver(t.Context(), batch); err == nil || len(w.docs) > 0 {
		t.Errorf("without a database: %v, %d documents", err, len(w.docs))
	}
	records.fail(fmt.Errorf("%w: no right to write", recordstore.ErrRefused))
	for range 3 {
		if _, err := sink.Deliver(t.Context(), batch); err != nil || len(w.docs) != 1 || heard != 1 {
			t.Errorf("refused: %v, %d documents, heard %d times", err, len(w.docs), heard)
		}
	}
}

// full is a sink that can do everything.
type full struct {
	eventstore.Sink
	calls []string
}

func (f *full) call(name string) error        { f.calls = append(f.calls, name); return errLost }
func (f *full) Prepare(context.Context) error { return f.call("prepare") }
func (f *full) Close(context.Context) error   { return f.call("close") }
func (f *full) Ping(context.Context) error    { return f.call("ping") }
func (f *full) Name() string                  { return "full" }
func (f *full) Destination() string           { return "there" }

// TestSinksThatPassOn: what a sink can do, the sink around it can do.
func TestSinksThatPassOn(t *testing.T) {
	w := newWorld(t)
	for name, around := range map[string]func(eventstore.Sink) eventstore.Sink{
		"Counter.Around": func(s eventstore.Sink) eventstore.Sink { return w.start(0).counter.Around(s) },
		"MarkAround":     func(s eventstore.Sink) eventstore.Sink { return MarkAround(s, &w.records, nil) },
	} {
		f := &full{}
		s := around(f)
		prepared, pinged := s.(eventstore.Preparer).Prepare(t.Context()), s.(eventstore.Pinger).Ping(t.Context())
		closed := s.(eventstore.Closer).Close(t.Context())
		if got := fmt.Sprint(f.calls, s.(eventstore.Named).Name(), s.(eventstore.Destined).Destination()); got != "[prepare ping close]fullthere" ||
			!errors.Is(prepared, errLost) || !errors.Is(pinged, errLost) || !errors.Is(closed, errLost) {
			t.Errorf("%s: %s, %v, %v, %v", name, got, prepared, pinged, closed)
		}
		plain := around(struct{ eventstore.Sink }{})
		if _, ok := plain.(eventstore.Pinger); ok || plain.(eventstore.Named).Name() != "sink" || plain.(eventstore.Destined).Destination() != "sink" {
			t.Errorf("%s: around a sink that can only deliver: %T", name, plain)
		}
		if err := errors.Join(plain.(eventstore.Preparer).Prepare(t.Context()), plain.(eventstore.Closer).Close(t.Context())); err != nil {
			t.Error(err)
		}
	}
}
