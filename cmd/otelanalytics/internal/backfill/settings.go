// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventfilter"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// settings are what the flags say.
type settings struct {
	mapFile     string
	metrics     []string
	span        *eventfilter.Range
	step        time.Duration
	by          string
	out         string
	labelFlags  []string
	labels      map[string]string // of labelFlags
	namespace   string
	prefix      string // of names, by namespace
	createIndex bool
	verify      bool
	remoteWrite string
	prometheus  string
	yes         bool
}

// The least and the longest step. A live series is stale after five minutes without a sample.
const (
	leastStep   = time.Second
	longestStep = 5 * time.Minute
)

// labelName is the form of a label's name.
var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// check refuses what flags alone can have wrong.
func (o *settings) check() (err error) {
	if o.prefix, err = promapi.Prefix(o.namespace); err != nil {
		return err
	}
	switch {
	case o.mapFile == "":
		return cli.Usagef("--map is missing; name the event map")
	case o.out == "":
		return cli.Usagef("--out is missing; name a directory for the files, or, with --remote-write, for the progress")
	case o.step < leastStep || o.step > longestStep || o.step%time.Second != 0:
		return cli.Usagef("--step is %s; it must be whole seconds between %s and %s: with longer gaps between samples, Prometheus considers a series gone", o.step, leastStep, longestStep)
	case o.by != eventdoc.FieldTime && o.by != eventdoc.FieldReceivedAt:
		return cli.Usagef("--by is %q; known are %s and %s", o.by, eventdoc.FieldTime, eventdoc.FieldReceivedAt)
	case o.remoteWrite != "" && o.verify:
		return cli.Usagef("--verify reads files back, and --remote-write makes none")
	}
	o.labels = make(map[string]string, len(o.labelFlags))
	for _, text := range o.labelFlags {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return cli.Usagef("--label %s: write NAME=VALUE, such as job=shop", text)
		}
		o.labels[name] = value
		if !labelName.MatchString(name) || strings.HasPrefix(name, "__") {
			return cli.Usagef("--label %s: that is not a valid label name; write letters, digits and _, such as job", name)
		}
	}
	return o.span.Check()
}

// pageName returns the name that a metric has on the page.
func (o *settings) pageName(m *eventmap.Metric) string {
	return o.prefix + m.PrometheusName()
}

// choice is what is computed, and what cannot be.
type choice struct {
	metrics  []*eventmap.Metric
	types    []string // of events that record into them; nil: documents of any type may
	counted  []string // the same of those among them that count different values
	excluded []excluded
}

// excluded is a metric that no document can tell.
type excluded struct {
	Metric string `json:"metric"`
	Reason string `json:"reason"`
}

// choose returns the metrics of the map that the flags leave.
func (o *settings) choose(m *eventmap.Map) (choice, error) {
	var c choice
	for _, name := range o.metrics {
		switch metric, ok := m.Metric(name); {
		case !ok:
			return c, cli.Usagef("--metric %s: the event map declares no such metric", name)
		case !metric.Enabled:
			return c, cli.Usagef("--metric %s: it has enabled: false in the event map, so a page does not have it", name)
		}
	}
	for _, metric := range m.Metrics() {
		if !metric.Enabled || len(o.metrics) > 0 && !slices.Contains(o.metrics, metric.Name) {
			continue
		}
		if reason := provable(m, metric); reason != "" {
			c.excluded = append(c.excluded, excluded{metric.Name, reason})
			continue
		}
		for _, a := range metric.Attributes {
			if _, taken := o.labels[a.PrometheusLabel()]; taken {
				return c, cli.Usagef("--label %s: the metric %s has an attribute of this name", a.PrometheusLabel(), metric.Name)
			}
		}
		c.metrics = append(c.metrics, metric)
	}
	if len(c.metrics) == 0 {
		var reasons []string
		for _, x := range c.excluded {
			reasons = append(reasons, fmt.Sprintf("%s: %s", x.Metric, x.Reason))
		}
		return c, cli.Failedf("no metric can be computed from documents:\n%s", strings.Join(reasons, "\n"))
	}
	c.types, c.counted = typesOf(m, c.metrics), typesOf(m, c.unique())
	return c, nil
}

// unique returns the metrics that count different values.
func (c *choice) unique() []*eventmap.Metric {
	return slices.DeleteFunc(slices.Clone(c.metrics), func(m *eventmap.Metric) bool { return !m.Instrument.IsUnique() })
}

// typesOf returns the types of events that record into metrics; nil: any may.
func typesOf(m *eventmap.Map, metrics []*eventmap.Metric) []string {
	types := map[string]bool{}
	for _, metric := range metrics {
		if records(m.EveryEvent(), metric) {
			return nil
		}
		for _, e := range m.Events() {
			if !records(e.Records, metric) {
				continue
			}
			if e.IsPattern() {
				return nil
			}
			types[e.Name] = true
			for _, old := range e.RenamedFrom {
				types[old] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(types))
}

// provable returns why documents cannot tell a metric; empty when they can.
func provable(m *eventmap.Map, metric *eventmap.Metric) string {
	if records(m.EveryEvent(), metric) {
		return ""
	}
	reason := "no event records into it: an observer sets it"
	for _, e := range m.Events() {
		switch {
		case !records(e.Records, metric):
		case !e.Store:
			reason = "only events with store: false record into it: there are no documents"
		case !e.Enabled:
			reason = "only events with enabled: false record into it"
		default:
			return ""
		}
	}
	return reason
}

func records(all []eventmap.Record, into *eventmap.Metric) bool {
	return slices.ContainsFunc(all, func(r eventmap.Record) bool { return r.Metric.Name == into.Name })
}
