// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// The bounds of a [feed]. There are two buffers of each size.
const (
	maxFeedBytes    = 1 << 20
	maxFeedEvents   = 4_096
	maxDocumentSize = 32 << 10 // of a document that is shown
)

// feed takes events from the goroutines that track, and is emptied by the hub. What does not fit is counted.
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

// seen is an event. Its texts and its document are parts of the batch's bytes, in the order of the lengths.
type seen struct {
	start   int
	lengths [7]uint32 // type, module, user, session, platform, key, body
	stored  bool      // the body is a document; else the data alone
	large   int       // the size of a body that is not shown; 0: it is

	id         otelanalytics.EventID
	traceID    trace.TraceID
	result     otelanalytics.Result
	metrics    bool
	at         time.Time
	err        error
	redacted   []string
	violations []otelanalytics.Violation
}

// take copies an event. It is called by the goroutine that tracks.
func (f *feed) take(w *otelanalytics.WatchedEvent) {
	e := seen{
		id: w.ID, traceID: w.TraceID, result: w.Result, metrics: w.Metrics, at: w.Time, err: w.Err,
		redacted: w.Redacted, violations: w.Violations, stored: w.Document != nil,
	}
	body := w.Document
	if body == nil {
		body = w.Data
	}
	if len(body) > maxDocumentSize {
		body, e.large = nil, len(body)
	}
	texts := [...]string{w.Type, w.Module, w.UserID, w.SessionID, w.Platform, w.Key}
	size := len(body)
	for i, t := range texts {
		if len(t) > maxText {
			t = t[:maxText]
			texts[i] = t
		}
		size += len(t)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	b := &f.now
	if len(b.events) == maxFeedEvents || len(b.bytes)+size > maxFeedBytes {
		f.missed++
		return
	}
	e.start = len(b.bytes)
	for i, t := range texts {
		b.bytes = append(b.bytes, t...)
		e.lengths[i] = uint32(len(t))
	}
	b.bytes = append(b.bytes, body...)
	e.lengths[6] = uint32(len(body))
	b.events = append(b.events, e)
}

// maxText bounds a text beside the document, in bytes.
const maxText = 1 << 10

// swap returns what was taken, and how many events did not fit. empty is used for what comes.
func (f *feed) swap(empty batch) (b batch, missed int64) {
	clear(empty.events)
	f.mu.Lock()
	defer f.mu.Unlock()
	b, f.now = f.now, batch{events: empty.events[:0], bytes: empty.bytes[:0]}
	missed, f.missed = f.missed, 0
	return b, missed
}

// parts returns the texts of an event and its body, which share the batch's memory.
func (b *batch) parts(e *seen) (texts [6][]byte, body []byte) {
	at := e.start
	for i := range texts {
		texts[i] = b.bytes[at : at+int(e.lengths[i])]
		at += int(e.lengths[i])
	}
	return texts, b.bytes[at : at+int(e.lengths[6])]
}
