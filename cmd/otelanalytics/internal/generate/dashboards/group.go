// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"reflect"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// The groups whose dashboards have more than the map's own, and are there without it.
const (
	serviceGroup  = "service"
	pipelineGroup = "pipeline"
	ingestGroup   = "ingest"   // where it is asked for
	deliveryGroup = "delivery" // likewise
)

// group is what the maps say of one group.
type group struct {
	name    string
	events  []string // types of events that are stored, patterns included
	metrics []*metric
	own     bool // its dashboard has more than the map's own, and is there without it
	calls   bool // of the service's group: the service has a gRPC server
}

// groupsOf collects the groups of maps, in the order in which they name them, and those that are there without a map.
func groupsOf(naming promql.Naming, maps []*eventmap.Map, own ...string) ([]*group, error) {
	var all []*group
	at := func(name string) *group {
		for _, g := range all {
			if g.name == name {
				return g
			}
		}
		g := &group{name: name}
		all = append(all, g)
		return g
	}
	known := make(map[string]*eventmap.Metric)
	for _, m := range maps {
		for _, e := range m.Events() {
			if g := at(e.Group); e.Store && !slices.Contains(g.events, e.Name) {
				g.events = append(g.events, e.Name)
			}
		}
		for _, x := range m.Metrics() {
			if !x.Enabled {
				continue
			}
			name := x.PrometheusName()
			if first, ok := known[name]; ok {
				if !same(first, x) {
					return nil, cli.Failedf("two of the maps declare %s in Prometheus, with another instrument, unit, group or other attributes: rename one of the two", name)
				}
				continue
			}
			known[name] = x
			g := at(x.Group)
			g.metrics = append(g.metrics, newMetric(naming, x))
		}
	}
	for _, name := range own {
		at(name).own = true
	}
	at(serviceGroup).calls = haveCalls(maps)
	return slices.DeleteFunc(all, func(g *group) bool { return len(g.events)+len(g.metrics) == 0 && !g.own }), nil
}

// same reports whether one chart suits two metrics.
func same(a, b *eventmap.Metric) bool {
	return a.Instrument == b.Instrument && a.Unit == b.Unit && a.Group == b.Group && reflect.DeepEqual(a.Attributes, b.Attributes)
}

// board returns the dashboard of a group.
func (g *group) board(naming promql.Naming) board {
	b := board{slug: slug(g.name), title: words(g.name), variables: variables(g.metrics)}
	switch {
	case g.own && g.name == serviceGroup:
		b.title, b.sections = "Service health", serviceSections(naming, g.calls)
		b.description = "Whether the service is up and how it answers requests."
		b.variables = append([]variable{{name: "http_route", label: "http_route", from: []string{requestDuration(naming).counted()}}},
			slices.DeleteFunc(b.variables, func(v variable) bool { return v.name == "http_route" })...)
	case g.own && g.name == pipelineGroup:
		b.title, b.sections = "Event pipeline", pipelineSections(naming)
		b.description = "The way of events from Track to MongoDB, and the refused, quarantined and lost events on it."
	case g.own && g.name == ingestGroup:
		b.title, b.sections = "Ingest", ingestSections(naming)
		b.description = "Events over HTTP, by source, and the refused ones."
		b.variables = append([]variable{{name: sourceVariable, label: "source", from: []string{naming.Own(ownmetrics.IngestEventsAccepted).Name()}}},
			slices.DeleteFunc(b.variables, func(v variable) bool { return v.name == sourceVariable })...)
	case g.own && g.name == deliveryGroup:
		b.title, b.sections = "Delivery", deliverySections(naming)
		b.description = "The way of events through a log to MongoDB, by otelanalytics deliver, and to the sinks of a journal beside the first."
	case g.name == "":
		b.title = "Events"
	}
	if len(g.events) > 0 {
		b.sections = append(b.sections, eventsSection(naming, g.events))
	}
	for _, m := range g.metrics {
		b.sections = append(b.sections, m.section())
	}
	return b
}

// ofTypes are the rates of events by type, the highest of many.
func ofTypes(accepted promql.Series, types []string) string {
	isPattern := func(name string) bool { return strings.HasSuffix(name, "*") }
	if len(types) > manyLines || slices.ContainsFunc(types, isPattern) {
		return top(accepted, rated("event_type"), "event_type")
	}
	return accepted.Rate(perPoint, "event_type")
}

// eventsSection shows which events were accepted.
func eventsSection(naming promql.Naming, types []string) section {
	accepted := naming.Own(ownmetrics.EventsAccepted).Where(targets()...).
		Where(promql.Match("event_type", either(types)))
	none := "No event was accepted in this time range"
	return section{key: "events", title: "Accepted events", charts: []chart{
		{
			key: "events/sum", kind: figures, title: "Accepted events", unit: number, none: none,
			description: "How many events of this group the journal took, in the time range, as Prometheus estimates it from its samples, " +
				"and since the processes that run now started, exactly.",
			queries: []query{
				{expr: accepted.Increase(wholeRange), legend: "in this time range"},
				{expr: accepted.Sum(), legend: "since the start"},
			},
		},
		{
			key: "events/rate", kind: series, title: "Accepted events by type", unit: each, none: none,
			description: "How many events of this group the journal took, a second, by type. Those without metrics of their own are among them.",
			many:        len(types) > fewLines,
			queries:     []query{{expr: ofTypes(accepted, types), legend: legend("", "event_type")}},
		},
	}}
}
