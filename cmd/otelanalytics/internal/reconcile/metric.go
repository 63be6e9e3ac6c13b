// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
)

// metric is a metric of the page, with what all maps of the range say of it.
type metric struct {
	declared string // its name in the map
	name     string // on the page
	measures []string
	labels   []string        // in any of the maps, but for those in summed
	summed   map[string]bool // over which it is summed: an attribute with a limit, in any of the maps
	feeds    map[string]feed // by the event_type of the page's own counters
	bounds   []float64       // of a histogram: the bounds of its buckets that all maps have
	values   interval        // of a histogram: what one observation can be
}

// feed is what one event of a type records into a metric.
type feed struct {
	records int     // at most
	unit    float64 // what each adds to a counter; 0: that depends on the event's data
}

// other is the event_type of the page's own counters for events that the map does not declare.
const other = "other"

// choose returns the metrics of the maps that documents can prove, of those that the flags leave, and why not the others.
func (c *command) choose(maps []*eventmap.Map) (chosen map[string]*metric, not []unproven, err error) {
	for _, name := range c.metrics {
		if !slices.ContainsFunc(maps, func(m *eventmap.Map) bool { _, ok := m.Metric(name); return ok }) {
			return nil, nil, cli.Usagef("--metric %s: the event map declares no such metric", name)
		}
	}
	chosen, not = map[string]*metric{}, []unproven{}
	reasons := map[string]string{}
	for _, m := range maps {
		for _, declared := range m.Metrics() {
			if !declared.Enabled || len(c.metrics) > 0 && !slices.Contains(c.metrics, declared.Name) {
				continue
			}
			if reason := provable(m, declared); reason != "" && reasons[declared.Name] == "" {
				reasons[declared.Name] = reason
				not = append(not, unproven{declared.Name, reason})
			}
			name := c.prefix + declared.PrometheusName()
			into, ok := chosen[name]
			if !ok {
				into = &metric{
					declared: declared.Name, name: name, measures: measures(declared, name), summed: map[string]bool{}, feeds: map[string]feed{},
					bounds: slices.Clone(evaluation.Bounds(declared)), values: nothing(),
				}
				chosen[name] = into
			}
			into.add(m, declared)
		}
	}
	for name, x := range chosen {
		if reasons[x.declared] != "" {
			delete(chosen, name)
		}
	}
	if len(chosen) == 0 {
		return nil, nil, cli.Failedf("none of these metrics can be proven by documents")
	}
	return chosen, not, nil
}

// add adds what one map says.
func (x *metric) add(m *eventmap.Map, declared *eventmap.Metric) {
	for i := range declared.Attributes {
		a := &declared.Attributes[i]
		label := a.PrometheusLabel()
		if a.Limit != 0 {
			x.summed[label] = true
		}
		if !slices.Contains(x.labels, label) {
			x.labels = append(x.labels, label)
		}
	}
	x.bounds = slices.DeleteFunc(x.bounds, func(b float64) bool { return !slices.Contains(evaluation.Bounds(declared), b) })
	x.feed(other, declared, m.EveryEvent())
	x.observe(declared, m.EveryEvent(), nil)
	for _, e := range m.Events() {
		records := append(m.EveryEvent(), e.Records...)
		x.feed(e.Name, declared, records)
		x.observe(declared, records, e)
	}
}

func (x *metric) feed(eventType string, declared *eventmap.Metric, records []eventmap.Record) {
	n, unit := 0, 1.0
	for i := range records {
		v := &records[i].Value
		if records[i].Metric.Name != declared.Name {
			continue
		}
		switch {
		case declared.Instrument.IsDistribution():
		case v.Expression != nil || v.Path != nil || n > 0 && v.Constant != unit:
			unit = 0
		case unit != 0:
			unit = v.Constant
		}
		n++
	}
	if n == 0 {
		return
	}
	f, known := x.feeds[eventType]
	if known && f.unit != unit {
		unit = 0
	}
	x.feeds[eventType] = feed{max(f.records, n), unit}
}

// labelsOf is the labels of a series as text, those that it has. An attribute with a limit is left out: which of its values
// became other depends on their order at one process.
func (x *metric) labelsOf(value func(label string) string) string {
	var parts []string
	for _, label := range x.labels {
		if v := value(label); v != "" && !x.summed[label] {
			parts = append(parts, label+"="+quoted(v))
		}
	}
	return strings.Join(parts, ",")
}

// measures are the samples of a metric that are compared, by their names.
func measures(m *eventmap.Metric, name string) []string {
	if m.Instrument.IsDistribution() {
		return []string{name + "_count", name + "_sum"}
	}
	return []string{name}
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

// entryOf is the event_type of the page's own counters for an event.
func entryOf(m *eventmap.Map, eventType string) string {
	if e, ok := m.Match(eventType); ok {
		return cmp.Or(e.Name, other)
	}
	return other
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
	every, fed := records(m.EveryEvent()), false
	for _, e := range m.Events() {
		if records(e.Records) || every {
			if !e.Store {
				return "an event with store: false records into it, which leaves no document"
			}
			fed = true
		}
	}
	if !fed && !every {
		return "no event records into it"
	}
	return ""
}
