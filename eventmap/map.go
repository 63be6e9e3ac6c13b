// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strings"
)

// Map is a checked event map. It is immutable and safe for concurrent use. The values that its methods return are
// shared and must not be modified.
type Map struct {
	metrics  []*Metric
	metric   map[string]*Metric
	events   []*Event
	event    map[string]*Event // by declared name, patterns included
	exact    map[string]*Event // what Match looks into first: names and earlier names, no patterns
	patterns []pattern         // longest prefix first
	hash     string

	keyScope   KeyScope
	redactions []Redaction // in declared order
	every      []Record    // in declared order
}

// pattern is an event whose name ends in "*", with what comes before it.
type pattern struct {
	prefix string
	event  *Event
}

// newMap indexes what was declared. The names are unique.
func newMap(scope KeyScope, redactions []Redaction, metrics []*Metric, events []*Event, every []Record) *Map {
	m := &Map{
		metrics: metrics,
		metric:  make(map[string]*Metric, len(metrics)),
		events:  events,
		event:   make(map[string]*Event, len(events)),
		exact:   make(map[string]*Event, len(events)),

		keyScope:   scope,
		redactions: redactions,
		every:      every,
	}
	for _, metric := range metrics {
		m.metric[metric.Name] = metric
	}
	for _, e := range events {
		m.event[e.Name] = e
		if prefix, ok := strings.CutSuffix(e.Name, "*"); ok {
			m.patterns = append(m.patterns, pattern{prefix, e})
		} else {
			m.exact[e.Name] = e
			for _, old := range e.RenamedFrom {
				m.exact[old] = e
			}
		}
	}
	slices.SortStableFunc(m.patterns, func(a, b pattern) int { return len(b.prefix) - len(a.prefix) })
	inheritGroups(metrics, events)
	m.hash = hash(m)
	return m
}

// Hash returns the content hash: 16 lower-case hexadecimal characters, which are the first 8 bytes of the SHA-256 of
// the canonical form. It is stable between releases that read the same map version.
//
// The hash does not depend on formatting, comments, the order of mapping keys, aliases and spelled-out defaults. It
// depends on everything that changes behaviour or metadata, including the order of lists (values, record).
func (m *Map) Hash() string { return m.hash }

// Metrics returns every metric in declared order, including metrics that no event records into.
func (m *Map) Metrics() []*Metric { return slices.Clone(m.metrics) }

// Metric returns the metric with the name.
func (m *Map) Metric(name string) (*Metric, bool) {
	metric, ok := m.metric[name]
	return metric, ok
}

// Events returns every event in declared order.
func (m *Map) Events() []*Event { return slices.Clone(m.events) }

// EveryEvent returns the records that are made for each accepted event of every type, in declared order. They are made
// before the records of the event's own entry.
func (m *Map) EveryEvent() []Record { return slices.Clone(m.every) }

// Event returns the event that is declared under exactly this name. For a pattern, name is the pattern. To find the
// entry of an event type, use Match.
func (m *Map) Event(name string) (*Event, bool) {
	e, ok := m.event[name]
	return e, ok
}

// OldNames returns the earlier names of an event type, as renamed_from lists them. Older documents have these names. It
// returns nil for a type that has none, that the map does not declare, or that only a pattern matches.
func (m *Map) OldNames(eventType string) []string {
	e, ok := m.event[eventType]
	if !ok {
		return nil
	}
	return slices.Clone(e.RenamedFrom)
}

// Match returns the entry of an event type: the entry of exactly this name, else the entry with this earlier name, else
// the longest pattern that matches. It does not allocate. It costs one map look-up and, if that finds nothing, one
// prefix comparison for each pattern.
func (m *Map) Match(eventType string) (*Event, bool) {
	if e, ok := m.exact[eventType]; ok {
		return e, true
	}
	for i := range m.patterns {
		if strings.HasPrefix(eventType, m.patterns[i].prefix) {
			return m.patterns[i].event, true
		}
	}
	return nil, false
}
