// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// WatchedEvent is one event with its result, as [Client.Watch] passes it. Everything that it refers to belongs to the
// tracking call: copy the parts that you keep.
type WatchedEvent struct {
	ID      EventID // zero for an event that was not accepted
	Type    string
	Module  string
	Result  Result
	Err     error // why it was not accepted; without values of the event
	Metrics bool  // its metrics were updated

	// What follows is zero for an event that was not accepted.

	UserID, SessionID, Platform, Key string
	Time, ReceivedAt                 time.Time
	TraceID                          trace.TraceID
	Document                         []byte      // BSON, as MongoDB stores it; nil for an event that is not stored
	Data                             []byte      // BSON, event_data of the document, with the caller's names of fields
	Redacted                         []string    // names of the fields that were dropped or hashed; "*" for one that the map does not name
	Violations                       []Violation // if the data violate the event map
}

// Watch calls f with each event that is tracked from now on, until stop is called. It calls f after the event's metrics
// were updated. The event is redacted, as MongoDB stores it. Calls of Record are not events.
//
// The goroutine that tracks calls f and waits for it: f should copy what it needs and return. f must not track. Several
// goroutines may call f at once, and f may be called once more while stop returns. A panic in f is logged and ends the
// watching. Without a watcher, an event costs one atomic load.
func (c *Client) Watch(f func(*WatchedEvent)) (stop func()) {
	if f == nil {
		return func() {}
	}
	return c.watchers.add(f)
}

// watchers are the functions that see each event.
type watchers struct {
	mu  sync.Mutex                 // serialises changes
	all atomic.Pointer[[]*watcher] // nil: nobody watches
}

type watcher struct{ see func(*WatchedEvent) }

func (w *watchers) add(f func(*WatchedEvent)) (remove func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	added := &watcher{f}
	all := []*watcher{added}
	if now := w.all.Load(); now != nil {
		all = append(slices.Clone(*now), added)
	}
	w.all.Store(&all)
	return func() { w.remove(added) }
}

func (w *watchers) remove(one *watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.all.Load()
	if now == nil {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(*now), func(have *watcher) bool { return have == one })
	if len(rest) == 0 {
		w.all.Store(nil)
		return
	}
	w.all.Store(&rest)
}

// noted holds details of an event that its document does not show.
type noted struct {
	redacted   []string
	violations []Violation
}

// redact notes the name of a field that is redacted.
func (n *noted) redact(name string) {
	if !slices.Contains(n.redacted, name) {
		n.redacted = append(n.redacted, name)
	}
}

// mistyped notes a field whose type is not the map's.
func (n *noted) mistyped(f *eventmap.Field) {
	if len(n.violations) == maxViolations {
		return
	}
	path := strings.Join(f.Path, ".")
	n.violations = append(n.violations, Violation{
		Path: "event_data." + path, Field: path, Rule: eventmap.TypeRule, Problem: fmt.Sprintf("is not of the type %s, which the event map declares", f.Type),
	})
}

// show passes an accepted event to the watchers, while its document is in the scratch.
func (r *run) show(it *item) {
	e, w := &it.event, &r.seen // empty
	w.ID, w.Type, w.Result, w.Metrics = e.ID, e.Type, it.result, it.result != ResultQuarantined && !e.WithoutMetrics
	w.UserID, w.SessionID, w.Platform, w.Key = e.UserID, e.SessionID, e.Platform, e.Key
	w.Time, w.ReceivedAt, w.TraceID = e.Time, e.ReceivedAt, e.TraceID
	if w.Time.IsZero() {
		w.Time = e.ReceivedAt
	}
	if it.entry.stored {
		w.Document = r.scratch.docs[it.start:it.end:it.end]
	}
	w.Data = r.dataOf(it)
	if n := dataLength(w.Data); n <= len(w.Data) {
		w.Data = w.Data[:n:n]
	}
	if it.noted != nil {
		w.Redacted, w.Violations = it.noted.redacted, it.noted.violations
	}
	r.tellWatchers()
}

// dataLength is the length that a document states.
func dataLength(doc []byte) int {
	if len(doc) < 4 {
		return len(doc)
	}
	return int(uint32(doc[0]) | uint32(doc[1])<<8 | uint32(doc[2])<<16 | uint32(doc[3])<<24)
}

// showOthers passes the events that were not accepted to the watchers.
func (r *run) showOthers() {
	if r.client.disabled {
		return
	}
	for i := range r.items {
		it := &r.items[i]
		if it.result != ResultNone && it.result != ResultDropped && it.result != ResultDuplicate {
			continue
		}
		w := &r.seen
		*w = WatchedEvent{Type: printable(shortened(it.event.Type)), Result: it.result, Err: it.err}
		if it.result == ResultDuplicate {
			w.ID = it.event.ID
		}
		var invalid *InvalidEventError
		if errors.As(it.err, &invalid) {
			w.Violations = invalid.Violations
		}
		r.tellWatchers()
	}
}

// tellWatchers passes the event in seen to the watchers, and clears it.
func (r *run) tellWatchers() {
	if r.module != nil {
		r.seen.Module = r.module.name
	}
	for _, one := range *r.watching {
		r.client.tell(one, &r.seen)
	}
	r.seen = WatchedEvent{}
}

func (c *Client) tell(one *watcher, w *WatchedEvent) {
	defer func() {
		if v := recover(); v != nil {
			c.watchers.remove(one)
			c.logger.Error("a watcher of events panicked and sees no more of them", // what was thrown may quote the event
				slog.String("panic", fmt.Sprintf("%T", v)), slog.String("stack", string(debug.Stack())))
		}
	}()
	one.see(w)
}

// MetricMemory returns the values and combinations for which the client's metrics have a series. Another set of the
// same event map that loads it treats further events as the client does.
func (c *Client) MetricMemory() instruments.Memory {
	if c.set == nil {
		return nil
	}
	return c.set.Memory()
}
