// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// The bounds of a [feed]. There are two buffers of each size.
const (
	maxFeedBytes    = 1 << 20
	maxFeedEvents   = 4_096
	maxDocumentSize = 32 << 10 // of a document that is shown
)

// feed takes events from the goroutines that track. The hub empties it. Events that do not fit are counted.
type feed struct {
	mu     sync.Mutex // guards what follows
	now    batch      // that is filled
	missed int64      // events that did not fit, since the hub asked
}

// batch is some events, their bytes in one piece of memory.
type batch struct {
	events []seen
	bytes  []byte
}

// seen is an event. Its bytes are its document, which has everything. For an event without a document, they are the
// texts followed by the data.
type seen struct {
	start, end int
	lengths    [6]uint16 // of the texts: type, module, user, session, platform, key; of an event without a document
	stored     bool      // there is a document, even if it is too large to be here
	metrics    bool
	result     otelanalytics.Result
	large      int // the size of a document, or data, that is not shown; 0: it is

	id      otelanalytics.EventID
	traceID trace.TraceID
	at      time.Time
	more    *found // nil: nothing
}

// found holds details that few events have.
type found struct {
	err        error
	redacted   []string
	violations []otelanalytics.Violation
}

// take copies an event. It is called by the goroutine that tracks.
func (f *feed) take(w *otelanalytics.WatchedEvent) {
	stored, body, large := w.Document != nil, w.Document, 0
	if !stored {
		body = w.Data
	}
	if len(body) > maxDocumentSize {
		body, large = nil, len(body)
	}
	var more *found
	if w.Err != nil || w.Redacted != nil || w.Violations != nil {
		more = &found{w.Err, w.Redacted, w.Violations}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	b := &f.now
	n := len(b.events)
	if n == maxFeedEvents || len(b.bytes)+len(body) > maxFeedBytes {
		f.missed++
		return
	}
	if n < cap(b.events) {
		b.events = b.events[:n+1]
	} else {
		b.events = append(b.events, seen{})
	}
	e := &b.events[n]
	e.start, e.stored, e.metrics, e.result, e.large = len(b.bytes), stored, w.Metrics, w.Result, large
	e.id, e.traceID, e.at, e.more = w.ID, w.TraceID, w.Time, more
	if !stored || large > 0 {
		for i, t := range [...]string{w.Type, w.Module, w.UserID, w.SessionID, w.Platform, w.Key} {
			t = t[:min(len(t), maxText)]
			b.bytes = append(b.bytes, t...)
			e.lengths[i] = uint16(len(t))
		}
	}
	b.bytes = append(b.bytes, body...)
	e.end = len(b.bytes)
}

// maxText bounds a text beside the document, in bytes.
const maxText = 1 << 10

// swap returns the events that were taken, and how many did not fit. Later events go to empty.
func (f *feed) swap(empty batch) (b batch, missed int64) {
	clear(empty.events) // they refer to what was found
	f.mu.Lock()
	defer f.mu.Unlock()
	b, f.now = f.now, batch{events: empty.events[:0], bytes: empty.bytes[:0]}
	missed, f.missed = f.missed, 0
	return b, missed
}

// parts returns the texts of an event and its document, or its data, which share the batch's memory.
func (b *batch) parts(e *seen) (texts [6][]byte, body []byte) {
	rest := b.bytes[e.start:e.end]
	if e.stored && e.large == 0 {
		for i, name := range [...]string{
			eventdoc.FieldType, eventdoc.FieldModule, eventdoc.FieldUserID, eventdoc.FieldSessionID, eventdoc.FieldPlatform, eventdoc.FieldKey,
		} {
			if v := bson.Raw(rest).Lookup(name); v.Type == bson.TypeString && len(v.Value) > 4 {
				texts[i] = v.Value[4 : len(v.Value)-1]
			}
		}
		return texts, rest
	}
	for i, n := range e.lengths {
		texts[i], rest = rest[:n], rest[n:]
	}
	return texts, rest
}
