// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// counters are what the handler accepted and refused. Each has one number for each of its labels' values.
type counters struct {
	reasons []string       // of events
	causes  []string       // of requests
	unknown []atomic.Int64 // requests that were refused before their source was known; parallel to causes

	mu      sync.Mutex
	sources []*sourceCounters // guarded by mu: those of all sources that there were
}

type sourceCounters struct {
	source           string
	accepted         atomic.Int64   // events
	refused          []atomic.Int64 // parallel to reasons
	acceptedRequests atomic.Int64
	refusedRequests  []atomic.Int64 // parallel to causes
}

func labelValues(m *ownmetrics.Metric, label string) []string {
	l, _ := m.Label(label)
	return l.Names()
}

func newCounters() *counters {
	c := &counters{
		reasons: labelValues(ownmetrics.IngestEventsRefused, "reason"),
		causes:  labelValues(ownmetrics.IngestRequestsRefused, "reason"),
	}
	c.unknown = make([]atomic.Int64, len(c.causes))
	return c
}

// of returns the counters of a source. One that goes and comes again counts on.
func (c *counters) of(source string) *sourceCounters {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sources {
		if s.source == source {
			return s
		}
	}
	s := &sourceCounters{source: source, refused: make([]atomic.Int64, len(c.reasons)), refusedRequests: make([]atomic.Int64, len(c.causes))}
	c.sources = append(c.sources, s)
	return s
}

// all returns the counters of all sources.
func (c *counters) all() []*sourceCounters {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sources[:len(c.sources):len(c.sources)]
}

// register exports the counters. What is accepted has a series for each source from the start on, and each refusal from the first
// of its kind on.
func (c *counters) register(m metric.Meter) error {
	var all [4]metric.Int64ObservableCounter
	for i, of := range []*ownmetrics.Metric{
		ownmetrics.IngestEventsAccepted, ownmetrics.IngestEventsRefused, ownmetrics.IngestRequestsAccepted, ownmetrics.IngestRequestsRefused,
	} {
		var err error
		if all[i], err = of.Counter(m); err != nil {
			return fmt.Errorf("ingest: %w", err)
		}
	}
	events, eventsRefused, requests, requestsRefused := all[0], all[1], all[2], all[3]
	_, err := m.RegisterCallback(func(_ context.Context, to metric.Observer) error {
		observe := func(counter metric.Int64ObservableCounter, n int64, of ...attribute.KeyValue) {
			to.ObserveInt64(counter, n, metric.WithAttributes(of...))
		}
		refused := func(counter metric.Int64ObservableCounter, source attribute.KeyValue, reasons []string, counts []atomic.Int64) {
			for i := range counts {
				if n := counts[i].Load(); n > 0 {
					observe(counter, n, source, attribute.String("reason", reasons[i]))
				}
			}
		}
		for _, s := range c.all() {
			source := attribute.String("source", s.source)
			observe(events, s.accepted.Load(), source)
			observe(requests, s.acceptedRequests.Load(), source)
			refused(eventsRefused, source, c.reasons, s.refused)
			refused(requestsRefused, source, c.causes, s.refusedRequests)
		}
		refused(requestsRefused, attribute.String("source", ""), c.causes, c.unknown)
		return nil
	}, events, eventsRefused, requests, requestsRefused)
	if err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	return nil
}

// accepted counts events.
func (c *counters) accepted(s *source, events int) { s.counts.accepted.Add(int64(events)) }

// answered counts a request whose answer is about its events.
func (c *counters) answered(s *source) { s.counts.acceptedRequests.Add(1) }

// refusedEvents counts events of a source.
func (c *counters) refusedEvents(s *source, reason Reason, n int) {
	if i := slices.Index(c.reasons, string(reason)); i >= 0 {
		s.counts.refused[i].Add(int64(n))
	}
}

// refusedRequest counts a request of a source, or one whose source is not known: nil.
func (c *counters) refusedRequest(s *source, cause string) {
	counts := c.unknown
	if s != nil {
		counts = s.counts.refusedRequests
	}
	if i := slices.Index(c.causes, cause); i >= 0 {
		counts[i].Add(1)
	}
}
