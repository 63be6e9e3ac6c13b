// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"encoding/json"
	"net/http"
	"time"
)

// ReadinessOption changes what [Client.ReadinessHandler] answers.
type ReadinessOption interface{ applyReadiness(*readiness) }

type readinessFunc func(*readiness)

func (f readinessFunc) applyReadiness(r *readiness) { f(r) }

// WithMaxPendingAge has the handler answer 503 also when the oldest pending event has waited longer than d,
// as it does when the sink has been away for that long. By default events may wait for any time.
func WithMaxPendingAge(d time.Duration) ReadinessOption {
	return readinessFunc(func(r *readiness) { r.maxAge, r.bounded = d, true })
}

type readiness struct {
	client  *Client
	maxAge  time.Duration
	bounded bool
}

// ReadinessHandler answers readiness probes: 200 when the client accepts events, 503 when it does not, and a
// JSON object that says why:
//
//	{"status":"degraded","journal":{"usable":true},"sink":{"name":"mongodb","reachable":false,"error":"…"},
//	 "pending":12,"oldest_pending_seconds":3.2,"last_error":{"message":"…","time":"2026-01-02T15:04:05Z"}}
//
// With the sink, such as MongoDB, away the answer is 200 and degraded, since events are accepted and kept: taking every instance
// of a service out of rotation would be worse than the delay. [WithMaxPendingAge] bounds the delay. A request
// takes a ping to the sink, at most a second. The answer holds no secrets and no user's data; whoever may see
// /metrics may see it.
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
	Pending int64           `json:"pending"`
	Oldest  float64         `json:"oldest_pending_seconds"`
	Last    *readinessError `json:"last_error,omitempty"`
}

type journalState struct {
	Usable bool   `json:"usable"`
	Error  string `json:"error,omitempty"`
}

type sinkState struct {
	Name      string `json:"name"`
	Reachable bool   `json:"reachable"`
	Error     string `json:"error,omitempty"`
}

type readinessError struct {
	Message string    `json:"message"`
	Time    time.Time `json:"time"`
}

func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h := r.client.Health(req.Context())
	if r.bounded && h.OldestAge > r.maxAge {
		h.Status = StatusUnavailable
	}
	body := readinessBody{Status: h.Status, Pending: h.Pending, Oldest: h.OldestAge.Seconds()}
	if r.client.store != nil {
		body.Journal = &journalState{h.JournalError == "", h.JournalError}
		body.Sink = &sinkState{h.SinkName, h.SinkError == "", h.SinkError}
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
