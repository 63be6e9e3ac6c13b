// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// healthTimeout bounds the questions of one probe. Kubernetes gives a probe a second by default.
const healthTimeout = 500 * time.Millisecond

// health is what /readyz answers. It holds no errors, which may name hosts: the log has them.
type health struct {
	// Status is ok; degraded when the log or MongoDB does not answer, so that events wait; or unavailable when the journal takes no
	// events.
	Status  string  `json:"status"`
	Journal bool    `json:"journal_usable"`
	MongoDB bool    `json:"mongodb_reachable"`
	Log     bool    `json:"log_reachable"`
	Pending int64   `json:"pending"`
	Oldest  float64 `json:"oldest_pending_seconds"`
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
		Status: "ok", Journal: h.JournalError == "", MongoDB: h.SinkError == "", Log: <-log, Pending: h.Pending, Oldest: h.OldestAge.Seconds(),
	}
	code := http.StatusOK
	switch {
	case !body.Journal:
		body.Status, code = "unavailable", http.StatusServiceUnavailable
	case !body.MongoDB || !body.Log:
		body.Status = "degraded"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client has gone: nobody to tell
}

// serve serves metrics and readiness on an address, which is bound when it returns.
func serve(address string, metrics, ready http.Handler) (addr string, shutdown func(context.Context) error, err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.Handle("GET /readyz", ready)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	return listener.Addr().String(), func(ctx context.Context) error {
		err := server.Shutdown(ctx)
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}, nil
}
