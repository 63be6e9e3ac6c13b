// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// scope is the name of the instrumentation scope.
const scope = "github.com/otelanalytics/otelanalytics-go/ingest"

// Config says who may send what.
type Config struct {
	// Sources are those who send. Required.
	Sources []Source
	// Origins are the web origins whose pages may send, such as https://shop.example.com. Requests of other pages are refused.
	// None: no page may. An origin is no authentication: only browsers tell it.
	Origins []string
	// PublicURL is the address under which clients reach the handler, such as https://events.example.com/analytics. Segment's
	// browser client is told to send there. Empty: the host of its request, without a path.
	PublicURL string
	// Ack is how far an event has come when the client is told that it was accepted. The default is
	// [otelanalytics.AckWritten].
	Ack otelanalytics.Ack
	// TrustedProxies are the addresses of proxies whose X-Forwarded-For is believed, for RatePerIP. None: the peer's address
	// counts.
	TrustedProxies []netip.Prefix
	// MeterProvider gets the counters otelanalytics.ingest.*. Nil: the global one of OpenTelemetry, as for the client.
	MeterProvider metric.MeterProvider
	// MaxBytesInFlight bounds the bytes of all bodies that are held at once. 0: 32 MiB.
	MaxBytesInFlight int64
	// BodyTimeout bounds the time in which a body arrives. 0: 15 seconds.
	BodyTimeout time.Duration
}

const (
	defaultInFlight    = 32 << 20
	defaultBodyTimeout = 15 * time.Second
)

// Handler is an [http.Handler] with the doors of this package. [New] makes one.
type Handler struct {
	cfg      Config
	client   *otelanalytics.Client
	sources  []*source
	origins  map[string]bool
	inFlight budget
	counters *counters
	shapes   map[string]*shape // by the name of the map's entry
	now      func() time.Time
}

// source is a [Source] that is ready for use.
type source struct {
	Source
	module *otelanalytics.Module
	types  map[string]bool // nil: all that the map declares
	number int

	all, ip, user *limiter
}

// New returns a handler whose events client tracks. Every mistake in the configuration is reported at once.
func New(client *otelanalytics.Client, cfg Config) (*Handler, error) {
	h := &Handler{cfg: cfg, client: client, origins: make(map[string]bool), now: time.Now}
	if h.cfg.MaxBytesInFlight == 0 {
		h.cfg.MaxBytesInFlight = defaultInFlight
	}
	if h.cfg.BodyTimeout == 0 {
		h.cfg.BodyTimeout = defaultBodyTimeout
	}
	h.inFlight.max = h.cfg.MaxBytesInFlight
	var errs []error
	wrong := func(format string, a ...any) { errs = append(errs, fmt.Errorf("ingest: "+format, a...)) }
	if client == nil {
		wrong("Client is nil; pass the client that tracks")
	}
	if h.cfg.MaxBytesInFlight < 0 {
		wrong("MaxBytesInFlight is %d; want a number of bytes, or 0 for %d", h.cfg.MaxBytesInFlight, int64(defaultInFlight))
	}
	if h.cfg.BodyTimeout < 0 {
		wrong("BodyTimeout is %v; want a duration, or 0 for %v", h.cfg.BodyTimeout, defaultBodyTimeout)
	}
	if len(cfg.Sources) == 0 {
		wrong("Sources is empty, so that nobody could send anything; add a source")
	}
	for _, o := range cfg.Origins {
		if !isOrigin(o) {
			wrong("Origins has %q; want a scheme and a host, such as https://shop.example.com, without a path", o)
		}
		h.origins[o] = true
	}
	if u, err := url.Parse(cfg.PublicURL); cfg.PublicURL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		wrong("PublicURL is %q; want an address such as https://events.example.com/analytics", redactedURL(u))
	}
	owners := make(map[KeyHash]string)
	for i := range cfg.Sources {
		s := &source{Source: cfg.Sources[i]}
		place := fmt.Sprintf("source %q", s.Name)
		if s.Name == "" {
			place = fmt.Sprintf("source number %d", i+1)
			wrong("%s has no Name", place)
		}
		if slices.ContainsFunc(h.sources, func(o *source) bool { return o.Name == s.Name }) {
			wrong("two sources have the Name %q", s.Name)
		}
		if s.Kind != Public && s.Kind != Secret {
			wrong("%s: Kind is %d; want Public or Secret", place, s.Kind)
		}
		if len(s.Keys) == 0 {
			wrong("%s has no Keys", place)
		}
		for _, k := range s.Keys {
			switch owner, taken := owners[k]; {
			case k == HashKey(""):
				wrong("%s: a key is empty", place)
			case taken:
				wrong("%s: a key belongs to source %q, too", place, owner)
			}
			owners[k] = s.Name
		}
		if s.MaxAge < 0 || s.MaxAhead < 0 {
			wrong("%s: MaxAge is %v and MaxAhead is %v; want durations, or 0 for the defaults", place, s.MaxAge, s.MaxAhead)
		}
		if !(s.Rate >= 0 && s.RatePerIP >= 0 && s.RatePerUser >= 0) {
			wrong("%s: Rate is %v, RatePerIP %v and RatePerUser %v; want events a second, or 0 for no bound", place, s.Rate, s.RatePerIP, s.RatePerUser)
		}
		s.number = i
		s.complete()
		if client != nil {
			for name := range s.types {
				if _, err := client.EventType(name); err != nil {
					wrong("%s: Types has %q, which the event map does not declare", place, name)
				}
			}
			if s.Kind == Public && !client.EventMap().KeyScope().Service {
				wrong("%s is public, and the event map's key_scope has no service, so that its keys could take those of other sources; add service to key_scope", place)
			}
			s.module = client.Module(s.Name)
		}
		h.sources = append(h.sources, s)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	h.counters, h.shapes = newCounters(h.sources), shapesOf(client.EventMap())
	provider := cfg.MeterProvider
	if provider == nil {
		provider = otel.GetMeterProvider()
	}
	if err := h.counters.register(provider.Meter(scope, metric.WithInstrumentationVersion(otelanalytics.Version))); err != nil {
		return nil, err
	}
	return h, nil
}

// complete fills in the defaults.
func (s *source) complete() {
	if s.Context == nil {
		s.Context = defaultContext
	}
	if s.MaxAge == 0 && s.Kind == Public {
		s.MaxAge = defaultPublicAge
	}
	if s.MaxAhead == 0 {
		s.MaxAhead = defaultAhead
	}
	s.all, s.ip, s.user = newLimiter(s.Rate, true), newLimiter(s.RatePerIP, true), newLimiter(s.RatePerUser, false)
	if s.Types != nil {
		s.types = make(map[string]bool)
		for _, name := range s.Types {
			s.types[name] = true
		}
	}
}

func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Host != "" && u.Scheme+"://"+u.Host == text
}

// redactedURL shows an address without its password.
func redactedURL(u *url.URL) string {
	if u == nil {
		return "no address"
	}
	return u.Redacted()
}
