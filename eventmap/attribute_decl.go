// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// unknown stands in for a missing value where no default is declared.
const unknown = "unknown"

// maxAttributes bounds the attributes of a metric: far above what a graph can show, and low enough that
// records, which have a source for each, stay small.
const maxAttributes = 32

const reservedFix = `use another word: "other" stands in for values beyond a bound`

func (d *metricDecl) loadAttributes(n node) {
	before := len(n.doc.errs)
	entries := n.entries()
	d.whole = len(n.doc.errs) == before && !n.doc.full() && len(entries) <= maxAttributes
	labels := map[string]entry{}
	for i, e := range entries {
		if i == maxAttributes {
			e.key.fail("the metric has more than "+strconv.Itoa(maxAttributes)+" attributes", "keep those that somebody asks for")
			break
		}
		before := len(n.doc.errs)
		d.names = append(d.names, e.name)
		d.attrs[e.name] = len(d.metric.Attributes)
		checkLabel(e, labels)
		a, limit := loadAttribute(e)
		d.metric.Attributes = append(d.metric.Attributes, a)
		d.limits = append(d.limits, limit)
		d.sound = append(d.sound, len(n.doc.errs) == before && !n.doc.full())
	}
}

// loadAttribute also returns the node of the limit, if there is one.
func loadAttribute(e entry) (a Attribute, limit node) {
	a = Attribute{Name: e.name, Default: unknown}
	o := e.value.object(attributeObject.known()...)
	values, fixed := o.get("values")
	limit, bounded := o.get("limit")
	switch {
	case fixed && bounded:
		e.key.fail("has both values and limit", "keep values if you know them all, limit if not")
	case o.lacks("values", "limit"):
		e.key.fail("has neither values nor limit", "add values: [A, B] with every value that it can take, or limit: 100 if you do not know them")
	}
	if fixed {
		a.Values = attributeValues(values)
	}
	if bounded {
		a.Limit, _ = limit.integer(1, maxMaxSeries)
	}
	if n, ok := o.get("default"); ok {
		if s, ok := attributeValue(n); ok {
			a.Default = s
		}
	}
	return a, limit
}

// attributeValues reads the values that an attribute can take.
func attributeValues(n node) []string {
	before := len(n.doc.errs)
	items := n.items()
	if len(items) == 0 && len(n.doc.errs) == before {
		n.fail("there is no value", "list every value that the attribute can take, or use limit if you do not know them")
	}
	values := make([]string, 0, len(items))
	lines := make(map[string]int, len(items))
	for _, item := range items {
		s, ok := attributeValue(item)
		if !ok {
			continue
		}
		if line, ok := lines[s]; ok {
			item.fail("the value "+words.Quote(s)+" is already listed on line "+strconv.Itoa(line), "list it once")
			continue
		}
		lines[s] = item.y.Line
		values = append(values, s)
	}
	return values
}

// attributeValue reads one value: Prometheus takes an empty one for no label at all.
func attributeValue(n node) (string, bool) {
	s, ok := n.text()
	switch {
	case !ok:
	case s == "":
		n.fail("the value is empty", `write a value, such as "none"`)
	case s == other:
		n.fail(`the value "other" is reserved`, reservedFix)
	default:
		return s, true
	}
	return "", false
}

// size is how many values a fixed attribute can take, other not counted.
func (a *Attribute) size() int {
	if slices.Contains(a.Values, a.Default) {
		return len(a.Values)
	}
	return len(a.Values) + 1
}

// allows reports whether a record can set the attribute to the value.
func (a *Attribute) allows(value string) bool {
	return a.Limit > 0 || value == a.Default || slices.Contains(a.Values, value)
}

// known lists what allows allows.
func (a *Attribute) known() []string {
	if slices.Contains(a.Values, a.Default) {
		return a.Values
	}
	return append(slices.Clone(a.Values), a.Default)
}

// reservedLabel says to whom a Prometheus label belongs, if it is reserved. The labels job and instance
// are not: Prometheus renames them to exported_job and exported_instance on a conflict.
func reservedLabel(name, label string) (owner string, reserved bool) {
	switch {
	case label == "le":
		return "the bound of a histogram's bucket", true
	case label == "quantile":
		return "the quantile of a summary", true
	case strings.HasPrefix(name, "__"), strings.HasPrefix(label, "__"):
		return "Prometheus itself", true
	case strings.HasPrefix(label, "otel_scope_"):
		return "the instrumentation scope", true
	case label == "otel_metric_overflow":
		return "OpenTelemetry's own overflow", true
	}
	return "", false
}
