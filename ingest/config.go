// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// scope is the name of the instrumentation scope.
const scope = "github.com/otelanalytics/otelanalytics-go/ingest"

// Config configures who may send which events.
type Config struct {
	// Sources are the senders. Required.
	Sources []Source
	// Origins are the web origins whose pages may send, such as https://shop.example.com. Requests of other pages are refused.
	// Without Origins, no page may send. An origin does not authenticate anybody: only browsers send it.
	Origins []string
	// PublicURL is the address of the handler for clients, such as https://events.example.com/analytics. Segment's
	// browser client is told to send there. Empty means the host of its request, without a path.
	PublicURL string
	// Ack is the acknowledgement level of an event before the client is told that it was accepted. The default is
	// [otelanalytics.AckWritten].
	Ack otelanalytics.Ack
	// TrustedProxies are the addresses of proxies whose X-Forwarded-For is believed, for RatePerIP. Without them, the peer's address
	// counts.
	TrustedProxies []netip.Prefix
	// MeterProvider receives the counters otelanalytics.ingest.*. Nil means OpenTelemetry's global one, as for the client.
	MeterProvider metric.MeterProvider
	// MaxBytesInFlight bounds the bytes of all bodies that are held at the same time. 0 means 24 MiB.
	MaxBytesInFlight int64
	// BodyTimeout bounds the time in which a body arrives. 0 means 15 seconds.
	BodyTimeout time.Duration
}

// Handler is an [http.Handler] with the endpoints of this package. [New] makes one.
type Handler struct {
	cfg      Config // without what rules have
	client   *otelanalytics.Client
	off      bool // the client takes no events
	rules    atomic.Pointer[rules]
	inFlight budget
	turns    turns
	counters *counters
	shapes   map[string]*shape // by the name of the map's entry
	now      func() time.Time

	reloading sync.Mutex // held by Reload
}

// New returns a handler whose events client tracks. The error lists every mistake in the configuration. When client is from
// [otelanalytics.NewNop], requests with events get 503, because nothing would keep the events.
func New(client *otelanalytics.Client, cfg Config) (*Handler, error) {
	h := &Handler{cfg: cfg, client: client, now: time.Now, counters: newCounters()}
	h.cfg.Sources, h.cfg.Origins, h.cfg.PublicURL, h.cfg.TrustedProxies = nil, nil, "", nil
	if h.cfg.MaxBytesInFlight == 0 {
		h.cfg.MaxBytesInFlight = defaults.IngestBodyBytes
	}
	if h.cfg.BodyTimeout == 0 {
		h.cfg.BodyTimeout = defaults.IngestBodyTimeout
	}
	h.inFlight.max, h.turns = h.cfg.MaxBytesInFlight, newTurns(h.cfg.MaxBytesInFlight)
	var errs []error
	if client == nil {
		errs = append(errs, errors.New("ingest: Client is nil; pass the client that tracks"))
	}
	if !cfg.Ack.Valid() {
		errs = append(errs, fmt.Errorf("ingest: Ack is %v; want AckWritten, AckSynced or AckStored", cfg.Ack))
	}
	if h.cfg.MaxBytesInFlight < 0 {
		errs = append(errs, fmt.Errorf("ingest: MaxBytesInFlight is %d; want a number of bytes, or 0 for %d", h.cfg.MaxBytesInFlight, int64(defaults.IngestBodyBytes)))
	}
	if h.cfg.BodyTimeout < 0 {
		errs = append(errs, fmt.Errorf("ingest: BodyTimeout is %v; want a duration, or 0 for %v", h.cfg.BodyTimeout, defaults.IngestBodyTimeout))
	}
	r, wrong := newRules(client, cfg, nil)
	if errs = append(errs, wrong...); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	h.exchange(r)
	h.off = isOff(client)
	h.shapes = shapesOf(client.EventMap())
	provider := cfg.MeterProvider
	if provider == nil {
		provider = otel.GetMeterProvider()
	}
	if err := h.counters.register(provider.Meter(scope, metric.WithInstrumentationVersion(otelanalytics.Version))); err != nil {
		return nil, err
	}
	return h, nil
}

// Reload replaces Sources, Origins, PublicURL and TrustedProxies by the values in cfg, and ignores the other fields. They apply to
// requests that begin afterwards: a key that cfg does not have is then refused. Running requests keep the earlier values. The used part
// of a rate stays, unless the rate changes. The error lists every mistake, and nothing changes then.
func (h *Handler) Reload(cfg Config) error {
	h.reloading.Lock()
	defer h.reloading.Unlock()
	r, wrong := newRules(h.client, cfg, h.rules.Load())
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	h.exchange(r)
	return nil
}

// exchange puts rules into effect.
func (h *Handler) exchange(r *rules) {
	for _, s := range r.sources {
		s.counts = h.counters.of(s.Name)
	}
	h.rules.Store(r)
}
