// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func (c *comparison) attributes(key string, old, m *eventmap.Metric) {
	for i := range m.Attributes {
		a := &m.Attributes[i]
		if windows(old, m, a) {
			continue
		}
		if was := attribute(old, a.Name); was != nil {
			c.attribute(key+a.Name, was, a)
		} else {
			c.add(Warning, key+a.Name, "is a new label of "+m.PrometheusName(), "there are more series; queries that do not aggregate return more of them")
			c.identifies(key+a.Name, false, a)
		}
	}
	for i := range old.Attributes {
		a := &old.Attributes[i]
		if windows(m, old, a) {
			continue
		}
		if attribute(m, a.Name) == nil {
			c.add(Breaking, key+a.Name, "the label "+a.PrometheusLabel()+" of "+m.PrometheusName()+" is removed", "queries that select or group by it find nothing, or one group")
		}
	}
}

// identifies reports that a map says of an attribute that it tells no people apart: somebody should agree.
func (c *comparison) identifies(key string, before bool, now *eventmap.Attribute) {
	if now.NotIdentifying && !before {
		c.add(Warning, key+".identifies", "is false", "labels of that name mostly identify people: make sure that this one does not")
	}
}

func attribute(m *eventmap.Metric, name string) *eventmap.Attribute {
	for i := range m.Attributes {
		if m.Attributes[i].Name == name {
			return &m.Attributes[i]
		}
	}
	return nil
}

func (c *comparison) attribute(key string, old, now *eventmap.Attribute) {
	c.identifies(key, old.NotIdentifying, now)
	c.deprecation(key, old.Deprecated, now.Deprecated)
	c.deprecatedValues(key, old, now)
	if old.Default != now.Default {
		c.add(Warning, key+".default", was(quoted(now.Default), quoted(old.Default)), "missing values are counted under another one")
	}
	switch {
	case old.Limit > 0 && now.Limit > 0:
		c.bound(key+".limit", "values", old.Limit, now.Limit)
	case old.Limit > 0:
		c.add(Breaking, key+".values", "only listed values are left, where up to "+number(old.Limit)+" different ones were", `every other value becomes "other"; typed code that sets it may not compile`)
	case now.Limit > 0:
		c.add(Warning, key+".limit", "any value is taken, where only listed ones were", "Prometheus may get more series; the constants of typed code are gone")
	default:
		c.values(key+".values", old.Values, now.Values)
	}
}

func (c *comparison) values(key string, old, now []string) {
	if gone := without(old, now); len(gone) > 0 {
		c.add(Breaking, key, listed(gone)+" removed", `what is tracked so becomes "other", and its series end; typed code that uses its constant does not compile`)
	}
	if added := without(now, old); len(added) > 0 {
		c.add(Info, key, listed(added)+" new", "")
	}
}

// without returns what is in all and not in some.
func without(all, some []string) []string {
	var rest []string
	for _, s := range all {
		if !slices.Contains(some, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

// listed returns `"a" is` or `"a", "b" are`.
func listed(values []string) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = quoted(v)
	}
	if len(all) == 1 {
		return all[0] + " is"
	}
	return strings.Join(all, ", ") + " are"
}
