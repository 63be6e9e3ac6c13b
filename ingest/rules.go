// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/webaddress"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// rules are what [Handler.Reload] exchanges as a whole.
type rules struct {
	sources   []*source
	origins   map[string]bool
	publicURL string
	trusted   []netip.Prefix
}

// source is a [Source] that is ready for use.
type source struct {
	Source
	module *otelanalytics.Module
	types  map[string]bool // names of the map's entries, and types that a pattern matches; nil: each type, of a public source each type of the map
	counts *sourceCounters

	all, ip, user *limiter
}

// newRules returns the rules of a configuration, or all that is wrong with it. Limiters are those of the rules before, where their
// rates are the same.
func newRules(client *otelanalytics.Client, cfg Config, before *rules) (*rules, []error) {
	r := &rules{origins: make(map[string]bool), publicURL: cfg.PublicURL, trusted: slices.Clone(cfg.TrustedProxies)}
	var errs []error
	wrong := func(format string, a ...any) { errs = append(errs, fmt.Errorf("ingest: "+format, a...)) }
	if len(cfg.Sources) == 0 {
		wrong("Sources is empty, so that nobody could send anything; add a source")
	}
	for _, o := range cfg.Origins {
		if !webaddress.IsOrigin(o) {
			wrong("Origins has %q; want a scheme and a host as browsers send them, such as https://shop.example.com, in lower case, without a path or the port that the scheme has anyway", o)
		}
		r.origins[o] = true
	}
	if cfg.PublicURL != "" && !webaddress.IsBase(cfg.PublicURL) {
		wrong("PublicURL is %q; want an address such as https://events.example.com/analytics", redactedURL(cfg.PublicURL))
	}
	owners := make(map[KeyHash]*source)
	for i := range cfg.Sources {
		s := &source{Source: cfg.Sources[i]}
		place := fmt.Sprintf("source %q", s.Name)
		if s.Name == "" {
			place = fmt.Sprintf("source number %d", i+1)
			wrong("%s has no Name; give it one, which is the module of its documents", place)
		}
		if r.source(s.Name) != nil {
			wrong("two sources have the Name %q", s.Name)
		}
		if s.Kind != Public && s.Kind != Secret {
			wrong("%s: Kind is %d; want Public or Secret", place, s.Kind)
		}
		if s.Keys == nil {
			wrong("%s has no Keys; add the hash of one, which HashKey makes", place)
		}
		for _, k := range s.Keys {
			switch owner, taken := owners[k]; {
			case k == HashKey(""):
				wrong("%s: a key is empty; make one of random bytes", place)
			case taken && owner != s: // a file of keys may have a line twice
				wrong("%s: a key belongs to source %q, too; give each source keys of its own", place, owner.Name)
			}
			owners[k] = s
		}
		if s.MaxAge < 0 || s.MaxAhead < 0 {
			wrong("%s: MaxAge is %v and MaxAhead is %v; want durations, or 0 for the defaults", place, s.MaxAge, s.MaxAhead)
		}
		if !(s.Rate >= 0 && s.RatePerIP >= 0 && s.RatePerUser >= 0) {
			wrong("%s: Rate is %v, RatePerIP %v and RatePerUser %v; want events a second, or 0 for no bound", place, s.Rate, s.RatePerIP, s.RatePerUser)
		}
		s.complete()
		s.limit(before.source(s.Name))
		if client != nil {
			for _, name := range s.allow(client) {
				wrong("%s: Types has %q, which the event map does not declare", place, name)
			}
			for _, name := range slices.Sorted(maps.Keys(s.StoreSample)) {
				if t, err := client.EventType(name); !isOff(client) && (err != nil || t.Name() != name) {
					wrong("%s: StoreSample has %q, which the event map does not declare", place, name)
				}
				if rate := s.StoreSample[name]; !(rate > 0 && rate <= 1) {
					wrong("%s: StoreSample of %q is %v; want a part of all events, above 0 and 1 at most", place, name, rate)
				}
			}
			if s.Kind == Public && !isOff(client) && !client.EventMap().KeyScope().Service {
				wrong("%s is public, and the event map's key_scope has no service, so that its keys could take those of other sources; add service to key_scope", place)
			}
			s.module = client.Module(s.Name)
		}
		r.sources = append(r.sources, s)
	}
	return r, errs
}

// source returns the source of a name, or nil.
func (r *rules) source(name string) *source {
	if r == nil {
		return nil
	}
	for _, s := range r.sources {
		if s.Name == name {
			return s
		}
	}
	return nil
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
}

// isOff reports whether a client takes no events, as that of [otelanalytics.NewNop]. It knows no map either.
func isOff(client *otelanalytics.Client) bool {
	return client.Health(context.Background()).Status == otelanalytics.StatusDisabled
}

// allow takes over the event types that the source may send, and returns those that the map does not declare. A name of an entry, also
// one that it had before, stands for all its names. A type that a pattern matches stands for itself.
func (s *source) allow(client *otelanalytics.Client) (undeclared []string) {
	if s.Types == nil {
		return nil
	}
	s.types = make(map[string]bool)
	for _, name := range s.Types {
		_, err := client.EventType(name) // a client that is off knows no map, and takes every type
		entry, declared := client.EventMap().Match(name)
		switch {
		case err != nil, declared && entry.IsPattern() && name != entry.Name && strings.HasSuffix(name, "*"):
			undeclared = append(undeclared, name)
		case !declared, entry.IsPattern():
			s.types[name] = true
		default:
			s.types[entry.Name] = true
		}
	}
	return undeclared
}

// mayBe reports whether the source may send an event type of an entry of the map.
func (s *source) mayBe(entry, eventType string) bool {
	return s.types == nil || s.types[entry] || s.types[eventType]
}

// limit makes the limiters, or takes those of the source as it was before.
func (s *source) limit(before *source) {
	if before == nil {
		before = new(source)
	}
	s.all, s.ip, s.user = before.all, before.ip, before.user
	if s.Rate != before.Rate {
		s.all = newLimiter(s.Rate, true)
	}
	if s.RatePerIP != before.RatePerIP {
		s.ip = newLimiter(s.RatePerIP, true)
	}
	if s.RatePerUser != before.RatePerUser {
		s.user = newLimiter(s.RatePerUser, false)
	}
}

// redactedURL shows an address without its password.
func redactedURL(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "no address"
	}
	return u.Redacted()
}
