// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
)

const (
	// warnInterval is the least time between two warnings about the same thing.
	warnInterval = time.Minute
	// maxWarned bounds how many names are distinguished. Names come from callers.
	maxWarned = 100
)

// warner logs warnings at a bounded rate: each name once a minute, and at most 100 names a minute.
type warner struct {
	logger *slog.Logger

	mu    sync.Mutex
	since time.Time
	names map[string]struct{}
}

func newWarner(l *slog.Logger) *warner {
	return &warner{logger: l, names: make(map[string]struct{})}
}

// with returns a warner whose records carry one more attribute.
func (w *warner) with(a slog.Attr) *warner { return newWarner(w.logger.With(a)) }

// first reports whether the name has not been warned about in this minute.
func (w *warner) first(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); now.Sub(w.since) >= warnInterval {
		w.since = now
		clear(w.names)
	}
	if _, ok := w.names[name]; ok || len(w.names) >= maxWarned {
		return false
	}
	w.names[strings.Clone(name)] = struct{}{} // the caller's memory may change
	return true
}

func (w *warner) unknownEvent(eventType string) {
	if name := shortened(eventType); w.first(name) {
		w.logger.Warn("the event map does not declare this event type: it is stored, and counted as other; add it under events",
			slog.String("event_type", strings.Clone(name)))
	}
}

func (w *warner) unknownRecord(name string) {
	if name = shortened(name); w.first(name) {
		w.logger.Warn("the event map does not declare this name: nothing is recorded; add it under events",
			slog.String("event_type", strings.Clone(name)))
	}
}

// mistyped warns once a minute for each event type and field; both are names of the map.
func (w *warner) mistyped(eventType string, f eventmap.Field) {
	path := strings.Join(f.Path, ".")
	if w.first(eventType + "\x00" + path) {
		w.logger.Warn("a field is not of the type that the event map declares: it is stored as it is, and metrics do without it where they need the type",
			slog.String("event_type", eventType), slog.String("field", path), slog.String("declared", string(f.Type)))
	}
}

// violated warns once a minute for each event type, field and rule, which are names of the map.
func (w *warner) violated(eventType string, c *fieldtree.Counter, mode eventmap.ViolationMode) {
	if !w.first(eventType + "\x00" + c.Path + "\x00" + string(c.Rule)) {
		return
	}
	does := "it is stored as it is"
	switch mode {
	case eventmap.OmitViolations:
		does = "the violating fields are left out"
	case eventmap.QuarantineViolations:
		does = "it goes into quarantine"
	case eventmap.RejectViolations:
		does = "it is refused"
	}
	w.logger.Warn("an event does not keep to the event map: "+does,
		slog.String("event_type", eventType), slog.String("field", c.Path), slog.String("rule", string(c.Rule)))
}
