// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// countedText is what a unique metric counts; empty for other metrics.
func countedText(c *eventmap.Counted) string {
	if c == nil {
		return ""
	}
	return fmt.Sprint(c.Of, c.WindowAttribute, c.Windows)
}

// counted compares what two versions of a unique metric count, and over which windows.
func (c *comparison) counted(key string, old, m *eventmap.Metric) {
	from, to := old.Counted, m.Counted
	if from == nil || to == nil {
		return
	}
	if from.Of != to.Of {
		c.add(Breaking, key+".of", was(to.Of, from.Of), "until the longest window has passed, the numbers mix what was counted before with what is counted now: give the metric another name")
	}
	if from.WindowAttribute != to.WindowAttribute {
		c.add(Breaking, key+".window_attribute", was(to.WindowAttribute, from.WindowAttribute), "queries that select or group by it find nothing, or one group")
	}
	for _, w := range to.Windows {
		i := slices.IndexFunc(from.Windows, func(o eventmap.Window) bool { return o.Name == w.Name })
		switch {
		case i < 0:
			c.add(Info, key+".windows."+w.Name, "is new, "+hours(w), "")
		case from.Windows[i].Length != w.Length:
			c.add(Warning, key+".windows."+w.Name, was(hours(w), hours(from.Windows[i])), "the numbers are of another time; one longer than all before grows to it")
		}
	}
	for _, w := range from.Windows {
		if !slices.ContainsFunc(to.Windows, func(o eventmap.Window) bool { return o.Name == w.Name }) {
			c.add(Breaking, key+".windows."+w.Name, "is removed", "its series end")
		}
	}
	if tuple(old) != tuple(m) {
		c.add(Warning, key+".attributes", "are others", "the numbers begin anew: what was counted is kept under the attributes that it had")
	}
}

// windows reports whether an attribute of a metric is that of the windows, which are compared as such.
func windows(other, m *eventmap.Metric, a *eventmap.Attribute) bool {
	return other.Counted != nil && m.Counted != nil && a.Name == m.Counted.WindowAttribute
}

func hours(w eventmap.Window) string { return fmt.Sprintf("%gh", w.Length.Hours()) }

// tuple names the attributes that what is counted is kept under: all but that of the windows.
func tuple(m *eventmap.Metric) string {
	var names []string
	for _, a := range m.Attributes {
		if a.Name != m.Counted.WindowAttribute {
			names = append(names, a.Name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, "\x00")
}
