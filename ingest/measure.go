// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"context"
	"fmt"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// counters are what the handler refused. Each has one number for each of its label's values.
type counters struct {
	reasons []string // of events
	events  []sourceCounters
	causes  []string // of requests
	request []atomic.Int64
}

type sourceCounters struct {
	source  string
	refused []atomic.Int64 // parallel to reasons
}

func labelValues(m *ownmetrics.Metric, label string) []string {
	l, _ := m.Label(label)
	return l.Names()
}

func newCounters(sources []*source) *counters {
	c := &counters{
		reasons: labelValues(ownmetrics.IngestEventsRefused, "reason"),
		causes:  labelValues(ownmetrics.IngestRequestsRefused, "reason"),
	}
	for _, s := range sources {
		c.events = append(c.events, sourceCounters{s.Name, make([]atomic.Int64, len(c.reasons))})
	}
	c.request = make([]atomic.Int64, len(c.causes))
	return c
}

// register exports the counters. Each series is there from the first refusal of its kind on.
func (c *counters) register(m metric.Meter) error {
	events, err := ownmetrics.IngestEventsRefused.Counter(m)
	if err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	requests, err := ownmetrics.IngestRequestsRefused.Counter(m)
	if err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	_, err = m.RegisterCallback(func(_ context.Context, to metric.Observer) error {
		for i := range c.events {
			s := &c.events[i]
			for j := range s.refused {
				if n := s.refused[j].Load(); n > 0 {
					to.ObserveInt64(events, n, metric.WithAttributes(attribute.String("source", s.source), attribute.String("reason", c.reasons[j])))
				}
			}
		}
		for i := range c.request {
			if n := c.request[i].Load(); n > 0 {
				to.ObserveInt64(requests, n, metric.WithAttributes(attribute.String("reason", c.causes[i])))
			}
		}
		return nil
	}, events, requests)
	if err != nil {
		return fmt.Errorf("ingest: %w", err)
	}
	return nil
}

// refusedEvents counts events of the source with a number.
func (c *counters) refusedEvents(source int, reason Reason, n int) {
	for i, name := range c.reasons {
		if name == string(reason) {
			c.events[source].refused[i].Add(int64(n))
		}
	}
}

func (c *counters) refusedRequest(cause string) {
	for i, name := range c.causes {
		if name == cause {
			c.request[i].Add(1)
		}
	}
}
