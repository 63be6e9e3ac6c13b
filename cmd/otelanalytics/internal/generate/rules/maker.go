// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// maker makes PromQL, and series for tests, for the services that the selector names.
type maker struct {
	options
	base   []string          // labels that every rule keeps: job, and those that the selector names
	target map[string]string // labels of a service that a test plays
}

// newMaker returns a maker for checked options. Its error is that there are no labels for tests.
func newMaker(o options) (*maker, error) {
	k := &maker{options: o, base: []string{"job"}}
	for _, m := range o.matchers {
		if !slices.Contains(k.base, m.label) {
			k.base = append(k.base, m.label)
		}
	}
	var err error
	k.target, err = samples(append(slices.Clone(o.matchers), matcher{"job", "!=", ""}))
	fits := func(job string) bool {
		return !slices.ContainsFunc(o.matchers, func(m matcher) bool { return m.label == "job" && !m.holds(job) })
	}
	if err == nil && fits("shop") {
		k.target["job"] = "shop" // reads better than a made up one
	}
	return k, err
}

// name is a metric's name on the page, given its name without a namespace.
func (k *maker) name(metric string) string {
	if k.namespace == "" {
		return metric
	}
	return k.namespace + "_" + metric
}

// own is the name of one of the SDK's own metrics on the page.
func (k *maker) own(m *ownmetrics.Metric) string { return k.name(m.PrometheusName()) }

// of selects series of a metric: the selector's conditions, and more.
func (k *maker) of(name string, more ...string) string {
	all := make([]string, 0, len(k.matchers)+len(more))
	for _, m := range k.matchers {
		all = append(all, m.String())
	}
	if all = append(all, more...); len(all) == 0 {
		return name
	}
	return name + "{" + strings.Join(all, ", ") + "}"
}

// by lists the labels that a rule keeps.
func (k *maker) by(more ...string) string {
	return "(" + strings.Join(append(slices.Clone(k.base), more...), ", ") + ")"
}

// sum sums over what is not kept.
func (k *maker) sum(expr string, by ...string) string {
	return "sum by " + k.by(by...) + " (" + expr + ")"
}

// recorded is the name of a recorded series: level:metric:operation (Prometheus, recording rules, naming).
func (k *maker) recorded(metric, operation string, by ...string) string {
	return strings.Join(append(slices.Clone(k.base), by...), "_") + ":" + strings.TrimSuffix(metric, "_total") + ":" + operation
}

// The windows of [maker.grown]: what is reported as new, and for how long a series may be without samples before it
// counts as one that was never seen.
const (
	grownWindow = "15m"
	grownMemory = "6h"
)

// grown is how much counters have grown within grownWindow, where they have. A rate alone misses the first count of a
// series that was not there before it, and what was counted while nobody scraped.
func (k *maker) grown(metric string, by []string, more ...string) string {
	x := k.of(metric, more...)
	return fmt.Sprintf(`sum by %s (
    (increase(%s[%s]) > 0)
  or
    (%[2]s unless %[2]s == last_over_time(%[2]s[%[4]s] offset %[3]s))
) > 0`, k.by(by...), x, grownWindow, grownMemory)
}

// series is a series of a service that a test plays. Labels are pairs of name and value.
func (k *maker) series(metric string, labels ...string) string {
	var all []string
	for _, name := range sortedKeys(k.target) {
		if k.target[name] != "" {
			all = append(all, fmt.Sprintf("%s=%q", name, k.target[name]))
		}
	}
	for i := 0; i < len(labels); i += 2 {
		all = append(all, fmt.Sprintf("%s=%q", labels[i], labels[i+1]))
	}
	return metric + "{" + strings.Join(all, ", ") + "}"
}

// labels are those of a sample or an alert of a service that a test plays.
func (k *maker) labels(labels ...string) map[string]string {
	all := make(map[string]string)
	for name, value := range k.target {
		if value != "" {
			all[name] = value
		}
	}
	for i := 0; i < len(labels); i += 2 {
		all[labels[i]] = labels[i+1]
	}
	return all
}

func sortedKeys(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
