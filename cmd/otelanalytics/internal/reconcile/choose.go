// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// choose returns the metrics of the map that documents can prove, of those that the flags leave, and why not the others.
func (c *command) choose(m *eventmap.Map) (chosen []*eventmap.Metric, not []unproven, err error) {
	not = []unproven{}
	for _, name := range c.metrics {
		if _, ok := m.Metric(name); !ok {
			return nil, nil, cli.Usagef("--metric %s: the event map declares no such metric", name)
		}
	}
	for _, metric := range m.Metrics() {
		if !metric.Enabled || len(c.metrics) > 0 && !slices.Contains(c.metrics, metric.Name) {
			continue
		}
		if reason := provable(m, metric); reason != "" {
			not = append(not, unproven{metric.Name, reason})
			continue
		}
		chosen = append(chosen, metric)
	}
	if len(chosen) == 0 {
		return nil, nil, cli.Failedf("none of these metrics can be proven by documents")
	}
	return chosen, not, nil
}

// provable returns why documents cannot prove a metric; empty when they can.
func provable(m *eventmap.Map, metric *eventmap.Metric) string {
	switch {
	case metric.Instrument.IsUnique():
		return "it is read from sketches"
	case metric.Instrument.IsGauge():
		return "a gauge has the last value alone"
	case !metric.Instrument.IsMonotonic() && !metric.Instrument.IsDistribution():
		return "an up_down_counter begins anew with each process"
	}
	records := func(all []eventmap.Record) bool {
		return slices.ContainsFunc(all, func(r eventmap.Record) bool { return r.Metric.Name == metric.Name })
	}
	if records(m.EveryEvent()) {
		return ""
	}
	fed := false
	for _, e := range m.Events() {
		if records(e.Records) {
			if !e.Store {
				return "an event with store: false records into it, which leaves no document"
			}
			fed = true
		}
	}
	if !fed {
		return "no event records into it"
	}
	return ""
}
