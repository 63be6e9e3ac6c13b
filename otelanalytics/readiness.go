// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// ReadinessOption changes the answers of [Client.ReadinessHandler].
type ReadinessOption interface{ applyReadiness(*readiness) }

type readinessFunc func(*readiness)

func (f readinessFunc) applyReadiness(r *readiness) { f(r) }

// WithMaxPendingAge makes the handler also answer 503 when the oldest pending event has waited longer than d. This
// happens when the sink has been down for that long. By default, events may wait for any time.
func WithMaxPendingAge(d time.Duration) ReadinessOption {
	return readinessFunc(func(r *readiness) { r.maxAge, r.bounded = d, true })
}

// WithErrorDetails makes the handler show the texts of errors. They contain no secrets and no data, but names of hosts
// and paths of files. Everybody who can call the handler sees them.
func WithErrorDetails() ReadinessOption {
	return readinessFunc(func(r *readiness) { r.details = true })
}

// readinessTimeout bounds the ping to the sink of one probe. Kubernetes gives a probe a second by default.
const readinessTimeout = 200 * time.Millisecond

// notShown replaces an error unless [WithErrorDetails] is set.
const notShown = "not shown; the log has it"

type readiness struct {
	client  *Client
	maxAge  time.Duration
	bounded bool
	details bool
}

// ReadinessHandler returns a handler for readiness probes. It answers 200 when the client accepts events, and 503 when
// it does not, with a JSON object that states the reason:
//
//	{"status":"degraded","journal":{"usable":true},"sink":{"name":"mongodb","reachable":false,"error":"not shown; the log has it"},
//	 "pending":12,"oldest_pending_seconds":3.2,"last_error":{"message":"not shown; the log has it","time":"2026-01-02T15:04:05Z"}}
//
// A journal in memory has "storage":"memory".
//
// When the sink, such as MongoDB, is down, the answer is 200 and degraded, since events are accepted and kept. A delay
// is better than to take every instance of a service out of rotation. [WithMaxPendingAge] bounds the delay.
//
// The list "sinks" has the further sinks, each with its name, "reachable", "pending" and "oldest_pending_seconds". The
// status is also degraded in two cases: such a sink cannot be reached, or it was removed from the configuration and has
// not got all its events. WithMaxPendingAge applies to the first sink alone: a further sink that is down costs the
// others nothing but the journal's room.
//
// A request pings each sink, for at most 200 ms in all. The answer holds no secrets and no user's data. It shows hosts
// and paths only with [WithErrorDetails].
func (c *Client) ReadinessHandler(options ...ReadinessOption) http.Handler {
	r := &readiness{client: c}
	for _, o := range options {
		if o != nil {
			o.applyReadiness(r)
		}
	}
	return r
}

type readinessBody struct {
	Status  Status          `json:"status"`
	Journal *journalState   `json:"journal,omitempty"` // absent without a store, as what follows
	Sink    *sinkState      `json:"sink,omitempty"`
	Sinks   []sinkState     `json:"sinks,omitempty"` // behind the first
	Pending int64           `json:"pending"`
	Oldest  float64         `json:"oldest_pending_seconds"`
	Last    *readinessError `json:"last_error,omitempty"`
}

type journalState struct {
	Usable  bool   `json:"usable"`
	Storage string `json:"storage,omitempty"` // memory; absent on a disk
	Error   string `json:"error,omitempty"`
}

type sinkState struct {
	Name      string `json:"name"`
	Reachable bool   `json:"reachable"`
	Error     string `json:"error,omitempty"`

	// Of a sink behind the first.
	Pending *int64   `json:"pending,omitempty"`
	Oldest  *float64 `json:"oldest_pending_seconds,omitempty"`
}

type readinessError struct {
	Message string    `json:"message"`
	Time    time.Time `json:"time"`
}

func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), readinessTimeout)
	defer cancel()
	h := r.client.Health(ctx)
	if !r.details {
		hideErrors(&h)
	}
	if r.bounded && h.OldestAge > r.maxAge {
		h.Status = StatusUnavailable
	}
	body := readinessBody{Status: h.Status, Pending: h.Pending, Oldest: h.OldestAge.Seconds()}
	if r.client.store != nil {
		body.Journal = &journalState{Usable: h.JournalError == "", Error: h.JournalError}
		if h.Storage != eventstore.Disk {
			body.Journal.Storage = h.Storage.String()
		}
		body.Sink = &sinkState{Name: h.SinkName, Reachable: h.SinkError == "", Error: h.SinkError}
		for _, s := range h.Sinks {
			age := s.OldestAge.Seconds()
			body.Sinks = append(body.Sinks, sinkState{s.Name, s.Error == "", s.Error, &s.Pending, &age})
		}
	}
	if h.LastError != "" {
		body.Last = &readinessError{h.LastError, h.LastErrorAt.UTC()}
	}
	status := http.StatusOK
	if h.Status == StatusUnavailable {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has gone: nobody to tell
}

// hideErrors replaces the errors that may name hosts and paths. Errors of the SDK's own conditions name none.
func hideErrors(h *Health) {
	known := []string{"", ErrClosed.Error(), ErrJournalFull.Error(), sinkNotAsked}
	texts := []*string{&h.JournalError, &h.SinkError, &h.LastError}
	for i := range h.Sinks {
		texts = append(texts, &h.Sinks[i].Error)
	}
	for _, text := range texts {
		if !slices.Contains(known, *text) {
			*text = notShown
		}
	}
}
