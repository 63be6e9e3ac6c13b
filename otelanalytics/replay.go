// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// ReplayQuarantine puts the events in quarantine back into the journal, as [eventstore.Store.ReplayQuarantine] does. It
// does not wait for MongoDB: call Flush for that. It blocks on the same conditions as the store's method, and returns
// the same errors. Without a store it does nothing.
//
// An event that is in quarantine because its data violated the event map is checked again with the map of this client.
// Redacted fields cannot be checked. All other fields must match the map, unless the event's on_violation is count by
// now. An event that passes updates the metrics once, when it is put back. It makes no log record. An event that still
// violates the map stays in quarantine, and counts as Unchecked in the result. So does an event that was refused for another
// reason, such as a message of a log that is no event.
func (c *Client) ReplayQuarantine(ctx context.Context) (eventstore.ReplayResult, error) {
	if c.store == nil {
		return eventstore.ReplayResult{}, nil
	}
	r := replay{client: c, ctx: background.Or(ctx), checks: make(map[*entry]*replayCheck)}
	result, err := c.store.ReplayQuarantine(r.ctx, eventstore.ReplayRefused(r.lets, r.put))
	if err == nil {
		c.replayed.forget() // their lines are gone
	}
	return result, err
}

// replay is one call of ReplayQuarantine.
type replay struct {
	client  *Client
	ctx     context.Context
	checks  map[*entry]*replayCheck
	check   fieldtree.Check
	scratch scratch
}

// replayCheck holds the checks of a map entry for redacted data.
type replayCheck struct {
	fields   fieldtree.Tree
	contract *fieldtree.Contract // nil: nothing
}

func newReplayCheck(t *entry) *replayCheck {
	c := &replayCheck{fields: fieldtree.New(nil, nil)}
	if t.recorder == nil || t.recorder.Event().OnViolation == eventmap.CountViolations {
		return c
	}
	event := *t.recorder.Event()
	event.Data = make([]eventmap.Field, len(event.Data))
	for i, f := range t.recorder.Event().Data {
		if t.redactor.covers(f.Path, func(p eventmap.Path) bool { return mayHaveEntries(t.recorder.Event(), p) }) {
			f.Type, f.Types, f.Rules = "", nil, eventmap.Rules{}
		}
		f.Redact = eventmap.RedactNone
		event.Data[i] = f
	}
	c.contract = fieldtree.NewContract(&event, &c.fields)
	return c
}

// mayHaveEntries reports whether an event can have an array at a path.
func mayHaveEntries(e *eventmap.Event, path eventmap.Path) bool {
	for i := range e.Data {
		if f := &e.Data[i]; slices.Equal(f.Path, path) {
			return !f.Typed() || f.Has(eventmap.ArrayField)
		}
	}
	return true
}

// lets reports whether an event matches the map, as far as that can be checked. What others refused may be no event at all.
func (r *replay) lets(e eventstore.Event) bool {
	if e.Refusal == nil || e.Refusal.Reason != ownmetrics.ReasonEventMap {
		return false
	}
	event, err := eventdoc.Parse(e.Document)
	if err != nil {
		return false
	}
	t := r.client.resolve(event.Type)
	check, ok := r.checks[t]
	if !ok {
		check = newReplayCheck(t)
		r.checks[t] = check
	}
	if check.contract == nil {
		return true
	}
	r.check.Run(check.contract, &check.fields, event.Data)
	return r.check.Len() == 0
}

// put updates the metrics for an event that is in the journal again. If another event with its Key was accepted
// meanwhile, that event has updated them. The Key of an event in the directory of a dead process is free again: no call
// can wait for that event, and MongoDB deduplicates.
func (r *replay) put(e eventstore.Event, seq uint64) {
	c := r.client
	event, err := eventdoc.Parse(e.Document)
	if err != nil || !c.replayed.add(e.ID) {
		return
	}
	for event.Key != "" {
		key, mine, err := c.keys.claim(r.ctx, e.ID)
		if mine {
			c.keys.settle(e.ID, key, seq, seq != 0)
			break
		}
		if err == nil {
			return
		}
		// The context has ended while another call holds the Key. Its event counts, or else this one does then.
		later := &replay{client: c, ctx: context.WithoutCancel(r.ctx)}
		doc := bytes.Clone(e.Document)
		if c.keys.inherit(e.ID, &heir{seq, func() { later.count(doc) }}) {
			return
		}
	}
	r.count(e.Document)
}

// count updates the metrics for an event.
func (r *replay) count(doc []byte) {
	c := r.client
	event, err := eventdoc.Parse(doc)
	if err != nil {
		return // put has parsed it
	}
	t, m := c.resolve(event.Type), (*Module)(nil)
	if event.Module != "" {
		m = c.Module(event.Module)
	}
	about := instruments.Envelope{Type: event.Type, Platform: event.Platform, Session: event.SessionID != "", Accepted: true}
	r.scratch.check.Fill = false
	c.record(r.ctx, t, m, about, event.Data, &r.scratch, !event.WithoutMetrics && c.metricsOn(t, m, c.defaults))
}

// replayed holds the events whose metrics a replay updated, while their lines may still be in quarantine.
type replayed struct {
	mu  sync.Mutex // guards ids
	ids map[[16]byte]struct{}
}

// add reports whether an event is new.
func (r *replayed) add(id [16]byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.ids[id]; there {
		return false
	}
	if r.ids == nil {
		r.ids = make(map[[16]byte]struct{})
	}
	r.ids[id] = struct{}{}
	return true
}

func (r *replayed) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids = nil
}
