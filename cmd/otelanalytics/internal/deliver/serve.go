// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/metricsserver"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// healthTimeout bounds the questions of one probe. Kubernetes gives a probe a second by default.
const healthTimeout = 500 * time.Millisecond

// health is what /readyz answers. It holds no errors, which may name hosts: the log has them.
type health struct {
	// Status is a service's: degraded when the log or MongoDB does not answer, so that events wait; unavailable when the journal takes
	// no events.
	Status  otelanalytics.Status `json:"status"`
	Journal bool                 `json:"journal_usable"`
	MongoDB bool                 `json:"mongodb_reachable"`
	Log     bool                 `json:"log_reachable"`
	Pending int64                `json:"pending"`
	Oldest  float64              `json:"oldest_pending_seconds"`
}

// probe answers readiness probes: 200, or 503 when the journal takes no events.
type probe struct {
	store interface {
		Health(ctx context.Context) eventstore.Health
	}
	source source
}

func (p *probe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTimeout)
	defer cancel()
	log := make(chan bool, 1)
	go func() { log <- p.source.Ping(ctx) == nil }()
	h := p.store.Health(ctx)
	body := health{
		Status: otelanalytics.StatusReady, Journal: h.JournalError == "", MongoDB: h.SinkError == "", Log: <-log, Pending: h.Pending, Oldest: h.OldestAge.Seconds(),
	}
	code := http.StatusOK
	switch {
	case !body.Journal:
		body.Status, code = otelanalytics.StatusUnavailable, http.StatusServiceUnavailable
	case !body.MongoDB || !body.Log:
		body.Status = otelanalytics.StatusDegraded
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client has gone: nobody to tell
}

// serve serves metrics and readiness on an address, which is bound when it returns.
func serve(address string, metrics, ready http.Handler) (*metricsserver.Server, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.Handle("GET /readyz", ready)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	return metricsserver.StartHandler(address, mux, (*http.Server).Serve)
}
