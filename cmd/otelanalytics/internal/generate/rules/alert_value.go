// SPDX-License-Identifier: Apache-2.0

package rules

import "github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"

// values are the alerts for what metrics and documents do not show as it was.
func (k *maker) values() []rule {
	job := k.target["job"]
	overflow := rule{
		alert:       "OtelanalyticsAttributeOverflow",
		expr:        k.grown(k.own(ownmetrics.AttributesOverflow), []string{"metric", "attribute"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: values of {{ $labels.attribute }} of {{ $labels.metric }} became other",
		description: `{{ printf "%.0f" $value }} in 15m: values that the event map does not list, or beyond a bound.`,
	}
	refused := rule{
		alert:       "OtelanalyticsValuesRefused",
		expr:        k.grown(k.own(ownmetrics.ValuesRefused), []string{"metric", "reason"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.metric }} did without values ({{ $labels.reason }})",
		description: `{{ printf "%.0f" $value }} in 15m: the metric is too low. The events are stored.`,
	}
	mistyped := rule{
		alert:       "OtelanalyticsFieldsMistyped",
		expr:        k.grown(k.own(ownmetrics.FieldsMistyped), []string{"event_type", "field"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.field }} of {{ $labels.event_type }} is not of the type that the map declares",
		description: `{{ printf "%.0f" $value }} in 15m: stored unchanged, unless on_violation is set.`,
	}
	violations := rule{
		alert:       "OtelanalyticsEventViolations",
		expr:        k.grown(k.own(ownmetrics.EventsViolations), []string{"event_type", "field", "rule"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: {{ $labels.field }} of {{ $labels.event_type }} violates the map ({{ $labels.rule }})",
		description: `{{ printf "%.0f" $value }} in 15m: on_violation of the map decides about the events.`,
	}
	panics := rule{
		alert:       "OtelanalyticsHookPanics",
		expr:        k.grown(k.own(ownmetrics.HookPanics), []string{"instance"}),
		severity:    warning,
		summary:     "{{ $labels.job }}: the before-track hook of {{ $labels.instance }} panics",
		description: `{{ printf "%.0f" $value }} in 15m: events continued unchanged, so data that the hook removes were stored.`,
	}
	return []rule{
		k.grownRule(overflow, "instance", func(name string) (string, firing) {
			return k.series(k.own(ownmetrics.AttributesOverflow), "instance", "a", "metric", "m", "attribute", name), firing{
				k.labels("metric", "m", "attribute", name), job + ": values of " + name + " of m became other",
				"1 in 15m: values that the event map does not list, or beyond a bound.",
			}
		}),
		k.grownRule(refused, "instance", func(name string) (string, firing) {
			return k.series(k.own(ownmetrics.ValuesRefused), "instance", "a", "metric", name, "reason", "missing"), firing{
				k.labels("metric", name, "reason", "missing"), job + ": " + name + " did without values (missing)",
				"1 in 15m: the metric is too low. The events are stored.",
			}
		}),
		k.grownRule(mistyped, "instance", func(name string) (string, firing) {
			return k.series(k.own(ownmetrics.FieldsMistyped), "instance", "a", "event_type", "x", "field", name), firing{
				k.labels("event_type", "x", "field", name), job + ": " + name + " of x is not of the type that the map declares",
				"1 in 15m: stored unchanged, unless on_violation is set.",
			}
		}),
		k.grownRule(violations, "instance", func(name string) (string, firing) {
			return k.series(k.own(ownmetrics.EventsViolations), "instance", "a", "event_type", "x", "field", name, "rule", "min"), firing{
				k.labels("event_type", "x", "field", name, "rule", "min"), job + ": " + name + " of x violates the map (min)",
				"1 in 15m: on_violation of the map decides about the events.",
			}
		}),
		k.grownRule(panics, "", func(name string) (string, firing) {
			return k.series(k.own(ownmetrics.HookPanics), "instance", name), firing{
				k.labels("instance", name), job + ": the before-track hook of " + name + " panics",
				"1 in 15m: events continued unchanged, so data that the hook removes were stored.",
			}
		}),
	}
}
