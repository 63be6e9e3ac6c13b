// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// unknown stands in for a missing value where no default is declared.
const unknown = "unknown"

// maxAttributes bounds the attributes of a metric: far above what a graph can show, and low enough that
// records, which have a source for each, stay small.
const maxAttributes = 32

const reservedFix = `use another word: "other" stands in for values beyond a bound`

func (l *loader) loadAttributes(n strictyaml.Node, d *metricDecl) {
	before := n.Mistakes()
	entries := n.Entries()
	d.whole = n.Mistakes() == before && !n.Full() && len(entries) <= maxAttributes
	labels := map[string]strictyaml.Entry{}
	for i, e := range entries {
		if i == maxAttributes {
			e.Key.Fail("the metric has more than "+strconv.Itoa(maxAttributes)+" attributes", "keep those that somebody asks for")
			break
		}
		before := n.Mistakes()
		d.names = append(d.names, e.Name)
		d.attrs[e.Name] = len(d.metric.Attributes)
		checkLabel(e, labels, labelFix)
		a, limit := l.loadAttribute(e, d)
		d.metric.Attributes = append(d.metric.Attributes, a)
		d.limits = append(d.limits, limit)
		d.sound = append(d.sound, n.Mistakes() == before && !n.Full())
	}
}

// loadAttribute also returns the node of the limit, if there is one.
func (l *loader) loadAttribute(e strictyaml.Entry, d *metricDecl) (a Attribute, limit strictyaml.Node) {
	a = Attribute{Name: e.Name, Default: unknown}
	o := e.Value.Object(attributeObject.known()...)
	values, fixed := o.Get("values")
	limit, bounded := o.Get("limit")
	switch {
	case fixed && bounded:
		e.Key.Fail("has both values and limit", "keep values if you know them all, limit if not")
	case o.Lacks("values", "limit"):
		e.Key.Fail("has neither values nor limit", "add values: [A, B] with every value that it can take, or limit: 100 if you do not know them")
	}
	if fixed {
		a.Values = attributeValues(values)
	}
	if bounded {
		a.Limit, _ = limit.Integer(1, maxMaxSeries)
	}
	if n, ok := o.Get("default"); ok {
		if s, ok := attributeValue(n); ok {
			a.Default = s
		}
	}
	if n, ok := o.Get("identifies"); ok {
		switch identifies, ok := n.Boolean(); {
		case ok && identifies:
			n.Fail("an attribute must not identify anybody", "leave the attribute out; the stored event names the user")
		case ok:
			a.NotIdentifying = true
		}
	}
	checkIdentifying(e.Key, &a)
	a.Deprecated = l.loadDeprecation(o, d.attributeReplacement(e.Name))
	if n, ok := o.Get("deprecated_values"); ok {
		l.loadDeprecatedValues(n, &a, fixed)
	}
	if n, ok := o.Get("go_name"); ok {
		a.GoName = goName(n)
	}
	if n, ok := o.Get("go_names"); ok {
		if fixed {
			a.GoNames = loadGoNames(n, "attribute", a.Values)
		} else {
			n.Fail("only an attribute with values has constants in Go", "remove it, or list the values")
		}
	}
	return a, limit
}

// attributeValues reads the values that an attribute can take.
func attributeValues(n strictyaml.Node) []string {
	before := n.Mistakes()
	items := n.Items()
	if len(items) == 0 && n.Mistakes() == before {
		n.Fail("there is no value", "list every value that the attribute can take, or use limit if you do not know them")
	}
	values := make([]string, 0, len(items))
	lines := make(map[string]int, len(items))
	for _, item := range items {
		s, ok := attributeValue(item)
		if !ok {
			continue
		}
		if line, ok := lines[s]; ok {
			item.Fail("the value "+words.Quote(s)+" is already listed on line "+strconv.Itoa(line), "list it once")
			continue
		}
		lines[s] = item.Line()
		values = append(values, s)
	}
	return values
}

// attributeValue reads one value. It refuses an empty one, which means no label in Prometheus.
func attributeValue(n strictyaml.Node) (string, bool) {
	s, ok := n.Text()
	switch {
	case !ok:
	case s == "":
		n.Fail("the value is empty", `write a value, such as "none"`)
	case s == other:
		n.Fail(`the value "other" is reserved`, reservedFix)
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

// known lists the values that allows accepts.
func (a *Attribute) known() []string {
	if slices.Contains(a.Values, a.Default) {
		return a.Values
	}
	return append(slices.Clone(a.Values), a.Default)
}

// reservedLabel reports whether a Prometheus label is reserved, and for whom. Where Prometheus gets a metric by OTLP,
// the labels of the target silently replace an attribute's.
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
	case label == "job", label == "instance":
		return "the target that a metric comes from", true
	}
	return "", false
}
