// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func (c *comparison) metrics() {
	c.findRenamed()
	for _, m := range c.after.Metrics() {
		if old, ok := c.before.Metric(m.Name); ok {
			c.metric(old, m)
		} else if !c.isNewName(m.Name) {
			c.add(Info, "metrics."+m.Name, "is new, "+m.PrometheusName()+" in Prometheus", "")
		}
	}
	for _, m := range c.before.Metrics() {
		if _, ok := c.after.Metric(m.Name); ok {
			continue
		}
		key := "metrics." + m.Name
		if name, ok := c.renamed[m.Name]; ok {
			to, _ := c.after.Metric(name)
			c.add(Breaking, key, "is now called "+name, ends(m.PrometheusName())+"; ask for "+to.PrometheusName())
		} else {
			c.add(Breaking, key, "is removed", ends(m.PrometheusName()))
		}
	}
}

func ends(series string) string {
	return "the series of " + series + " end: dashboards, rules and alerts that ask for it find nothing"
}

// findRenamed pairs a metric that is gone with one that is new and the same in all but its name. Where several would do,
// nobody can tell.
func (c *comparison) findRenamed() {
	partners := make(map[string][]string)
	claimed := make(map[string]int)
	for _, old := range c.before.Metrics() {
		if _, ok := c.after.Metric(old.Name); ok {
			continue
		}
		for _, m := range c.after.Metrics() {
			if _, ok := c.before.Metric(m.Name); !ok && shape(old) == shape(m) && recorders(c.before, old, same) == recorders(c.after, m, c.oldEvent) {
				partners[old.Name] = append(partners[old.Name], m.Name)
				claimed[m.Name]++
			}
		}
	}
	for name, all := range partners {
		if len(all) == 1 && claimed[all[0]] == 1 {
			c.renamed[name] = all[0]
		}
	}
}

func (c *comparison) isNewName(name string) bool {
	for _, to := range c.renamed {
		if to == name {
			return true
		}
	}
	return false
}

// shape is everything of a metric but its name, and what is for people.
func shape(m *eventmap.Metric) string {
	attributes := slices.Clone(m.Attributes)
	for i := range attributes {
		attributes[i].Deprecated, attributes[i].DeprecatedValues = nil, nil
	}
	return fmt.Sprint(m.Instrument, m.Unit, m.Number, attributes, m.MaxSeries, m.Buckets, m.MaxSize, m.MaxScale, m.Enabled, countedText(m.Counted))
}

func same(event string) string { return event }

// recorders are the events that record into a metric, by their name in the old map.
func recorders(m *eventmap.Map, metric *eventmap.Metric, called func(event string) string) string {
	var names []string
	for _, r := range m.EveryEvent() {
		if r.Metric == metric {
			names = append(names, "") // no event's name
		}
	}
	for _, e := range m.Events() {
		for _, r := range e.Records {
			if r.Metric == metric {
				names = append(names, called(e.Name))
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, "\x00")
}

func (c *comparison) metric(old, m *eventmap.Metric) {
	key := "metrics." + m.Name
	if from, to := old.PrometheusName(), m.PrometheusName(); from != to {
		c.add(Breaking, key, "is "+to+" in Prometheus, and was "+from, ends(from))
	}
	if old.Instrument != m.Instrument {
		c.add(Breaking, key+".instrument", was(m.Instrument, old.Instrument), "queries for the one do not suit the other")
	}
	if old.Unit != m.Unit {
		c.add(Breaking, key+".unit", was(quoted(m.Unit), quoted(old.Unit)), "what is recorded must be in the new unit; old and new values do not compare")
	}
	switch {
	case old.Number == m.Number:
	case m.Number == eventmap.Int:
		c.add(Breaking, key+".number", "is int, and was double", "values with a fraction no longer fit")
	default:
		c.add(Info, key+".number", "is double, and was int", "")
	}
	if !slices.Equal(old.Buckets, m.Buckets) {
		c.add(Warning, key+".buckets", "are others", "quantiles over the change are wrong; queries that name a bucket (le) may find nothing")
	}
	if old.MaxSize != m.MaxSize || old.MaxScale != m.MaxScale {
		c.add(Info, key, "max_size and max_scale are others", "the histogram is finer or coarser")
	}
	c.counted(key, old, m)
	c.bound(key+".max_series", "combinations", old.MaxSeries, m.MaxSeries)
	c.enabled(key, old.Enabled, m.Enabled, Breaking, ends(m.PrometheusName()))
	c.text(key+".description", old.Description, m.Description)
	if old.Group != m.Group {
		c.add(Info, key+".group", was(quoted(m.Group), quoted(old.Group)), "another dashboard has it")
	}
	c.deprecation(key, old.Deprecated, m.Deprecated)
	c.attributes(key+".attributes.", old, m)
}

func (c *comparison) bound(key, of string, old, now int) {
	switch {
	case now < old:
		c.add(Warning, key, was(strconv.Itoa(now), strconv.Itoa(old)), of+` beyond it become "other"`)
	case now > old:
		c.add(Info, key, was(strconv.Itoa(now), strconv.Itoa(old)), "Prometheus may get more series")
	}
}

func (c *comparison) enabled(key string, old, now bool, severity Severity, effect string) {
	switch {
	case old && !now:
		c.add(severity, key+".enabled", "is switched off", effect)
	case now && !old:
		c.add(Info, key+".enabled", "is switched on", "")
	}
}

func (c *comparison) text(key, old, now string) {
	if old != now {
		c.add(Info, key, "is worded differently", "")
	}
}

func was[T ~string](now, old T) string { return "is " + string(now) + ", and was " + string(old) }

func quoted(s string) string { return strconv.Quote(s) }
