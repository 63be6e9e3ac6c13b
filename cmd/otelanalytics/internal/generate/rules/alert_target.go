// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// targets are the alerts for services that are not seen at all.
func (k *maker) targets() []rule {
	if len(k.matchers) == 0 {
		return []rule{k.anyTargetDown(), k.anyTargetAbsent()}
	}
	return []rule{k.targetDown(), k.targetAbsent()}
}

func (k *maker) targetDown() rule {
	return k.down(rule{
		comment: "A target that Prometheus knows and cannot scrape.",
		expr:    k.of("up") + " == 0",
	})
}

// anyTargetDown is for a Prometheus that scrapes other things too, when no selector says which are meant.
func (k *maker) anyTargetDown() rule {
	r := k.down(rule{
		comment: "A target that Prometheus knows and cannot scrape. The rule covers targets with metrics of the SDK in the last day.",
		expr:    fmt.Sprintf("up == 0\nand on (job, instance)\nlast_over_time(%s[1d])", k.own(ownmetrics.JournalPending)),
	})
	seen := input{k.series(k.own(ownmetrics.JournalPending), "instance", "a"), "0x10 stale"}
	for i := range r.tests {
		r.tests[i].inputs = append(r.tests[i].inputs, seen)
	}
	r.tests = append(r.tests, test{
		name:   "is silent about targets of others",
		inputs: []input{seen, {k.series("up", "instance", "database"), "1x10 0x20"}},
		fires:  []fires{{"25m", nil}},
	})
	return r
}

// down fills in what both forms have in common.
func (k *maker) down(r rule) rule {
	r.alert, r.hold, r.severity = "OtelanalyticsTargetDown", time.Minute, critical
	r.summary = "{{ $labels.job }}: {{ $labels.instance }} cannot be scraped"
	r.description = "Prometheus gets no metrics from {{ $labels.instance }}: the process is gone, hangs, or cannot be reached."
	up := func(instance, values string) input { return input{k.series("up", "instance", instance), values} }
	r.tests = []test{{
		name:   "fires for the instance that is down",
		inputs: []input{up("a", "1x10 0x20"), up("b", "1x30")},
		fires: []fires{{"11m", nil}, {"12m", []firing{{
			labels:      k.labels("instance", "a"),
			summary:     k.target["job"] + ": a cannot be scraped",
			description: "Prometheus gets no metrics from a: the process is gone, hangs, or cannot be reached.",
		}}}},
	}, {
		name:   "is silent while all are up, and when one scrape fails",
		inputs: []input{up("a", "1x10 0 1x20"), up("b", "1x30")},
		fires:  []fires{{"11m", nil}, {"12m", nil}, {"20m", nil}},
	}}
	return r
}

func (k *maker) targetAbsent() rule {
	// absent has the labels that equality gives.
	equal := make(map[string]string)
	for _, m := range k.matchers {
		if m.op == "=" {
			equal[m.label] = m.value
		}
	}
	own := k.of("", fmt.Sprintf("__name__=~%q", k.name(ownmetrics.PrometheusPrefix+".+")))
	r := k.absent(rule{
		comment: "Prometheus knows no such target, and none sends its metrics by OTLP either.",
		expr:    fmt.Sprintf("absent(%s)\nand\nabsent(%s)", k.of("up"), own),
		summary: "nothing reports as " + k.selector,
		description: "Prometheus has neither a target nor metrics of the SDK with these labels: the service does not run, or the scrape " +
			"configuration does not find it.",
	}, equal)
	r.tests = append(r.tests, test{
		name:   "fires for what was never there",
		inputs: []input{{`up{job="another job", instance="a"}`, "1x30"}},
		fires:  []fires{{"4m", nil}, {"5m", []firing{{equal, r.summary, r.description}}}},
	})
	return r
}

// anyTargetAbsent misses what was there, when no selector says what has to be.
func (k *maker) anyTargetAbsent() rule {
	pending := k.own(ownmetrics.JournalPending)
	return k.absent(rule{
		comment: "A job that had metrics of the SDK within the last day, by scrapes or by OTLP, and that Prometheus no longer knows.",
		expr:    fmt.Sprintf("group by (job) (last_over_time(%[1]s[1d]))\nunless on (job)\n(up or %[1]s)", pending),
		summary: "{{ $labels.job }}: nothing reports any more",
		description: "Within the last day this job had metrics of the SDK, and now it has neither targets nor metrics: the service does not " +
			"run, or the scrape configuration no longer finds it.",
	}, k.labels())
}

// absent fills in what both forms have in common.
func (k *maker) absent(r rule, labels map[string]string) rule {
	r.alert, r.hold, r.severity = "OtelanalyticsTargetAbsent", 5*time.Minute, critical
	summary := strings.ReplaceAll(r.summary, "{{ $labels.job }}", k.target["job"])
	up, pending := k.series("up", "instance", "a"), k.series(k.own(ownmetrics.JournalPending), "instance", "a")
	r.tests = []test{{
		name:   "fires when the target is no longer there",
		inputs: []input{{up, "1x10 stale"}, {pending, "0x10 stale"}},
		fires:  []fires{{"10m", nil}, {"15m", nil}, {"16m", []firing{{labels, summary, r.description}}}},
	}, {
		name:   "fires when nothing is sent any more",
		inputs: []input{{pending, "0x10 stale"}},
		fires:  []fires{{"15m", nil}, {"16m", []firing{{labels, summary, r.description}}}},
	}, {
		name:   "is silent while the target is there, be it down",
		inputs: []input{{up, "1x10 0x30"}, {pending, "0x10 stale"}},
		fires:  []fires{{"40m", nil}},
	}, {
		name:   "is silent while metrics are sent",
		inputs: []input{{pending, "0x40"}},
		fires:  []fires{{"40m", nil}},
	}}
	return r
}
