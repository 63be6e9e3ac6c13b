// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func number(n int) string { return strconv.Itoa(n) }

// records compares what two versions of an event record. An entry is known by its metric, and, where an event records
// into one several times, by its place among those.
func (c *comparison) records(key string, old, e *eventmap.Event) {
	before, after := c.byMetric(old, true), c.byMetric(e, false)
	seen := make(map[string]bool)
	for _, r := range e.Records {
		name := r.Metric.Name
		if seen[name] {
			continue
		}
		seen[name] = true
		was, now := before[name], after[name]
		for i := range now {
			if i < len(was) {
				c.record(key+"."+name, was[i], now[i])
			} else {
				c.add(Warning, key+"."+name, "is new: the event records into "+now[i].Metric.PrometheusName()+" too", "its numbers rise")
			}
		}
	}
	for _, r := range old.Records {
		name := c.nameNow(r.Metric.Name)
		was, now := before[name], after[name]
		if len(was) > len(now) && !seen[name+"\x00gone"] {
			seen[name+"\x00gone"] = true
			if _, there := c.after.Metric(name); there {
				c.add(Breaking, key+"."+name, "the event no longer records into "+r.Metric.PrometheusName(), "its numbers do not have these events any more")
			}
		}
	}
}

// nameNow is the name of an old metric in the new map.
func (c *comparison) nameNow(name string) string {
	if to, ok := c.renamed[name]; ok {
		return to
	}
	return name
}

// byMetric groups the records of an event by the metric's name in the new map.
func (c *comparison) byMetric(e *eventmap.Event, old bool) map[string][]eventmap.Record {
	all := make(map[string][]eventmap.Record)
	for _, r := range e.Records {
		name := r.Metric.Name
		if old {
			name = c.nameNow(name)
		}
		all[name] = append(all[name], r)
	}
	return all
}

func (c *comparison) record(key string, old, now eventmap.Record) {
	if from, to := valueText(old.Value), valueText(now.Value); from != to {
		c.add(Warning, key+".value", was(to, from), "the metric gets other numbers")
	}
	if from, to := condition(old), condition(now); from != to {
		c.add(Warning, key+".when", was(to, from), "the metric gets other events")
	}
	for i, a := range now.Metric.Attributes {
		for j, b := range old.Metric.Attributes {
			if a.Name != b.Name {
				continue
			}
			if from, to := sourceText(old.Sources[j]), sourceText(now.Sources[i]); from != to {
				c.add(Warning, key+".from."+a.Name, "comes from "+to+", and came from "+from, "the label gets other values")
			}
		}
	}
}

func valueText(v eventmap.Value) string {
	switch {
	case v.Expression != nil:
		return "=" + v.Expression.String()
	case v.Path != nil:
		return strings.Join(v.Path, ".")
	default:
		return fmt.Sprint(v.Constant)
	}
}

func condition(r eventmap.Record) string {
	if r.When == nil {
		return "always"
	}
	return r.When.String()
}

func sourceText(s eventmap.Source) string {
	switch s.Kind {
	case eventmap.FromType:
		return "the event's type"
	case eventmap.FromConstant:
		return "the constant " + quoted(s.Constant)
	case eventmap.FromPlatform, eventmap.FromModule, eventmap.FromSession, eventmap.FromWindow:
		return s.String()
	default:
		return "the field " + strings.Join(s.Path, ".")
	}
}
