// SPDX-License-Identifier: Apache-2.0

package observe

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/personal"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/identity"
)

// Bounds of what is proposed for one event.
const (
	mostAttributes = 4
	mostMeasures   = 2
	mostSeries     = 1_900 // as max_series has it by default
	mostLimit      = 500
)

// proposals are the metrics that the events could record.
type proposals struct {
	metrics []*draft.Metric
	taken   map[string]bool // names as Prometheus has them
}

var (
	apart     = regexp.MustCompile(`[^a-z0-9]+`)
	attribute = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9]*(_[a-zA-Z0-9]+)*$`)
)

// reservedLabels are names that an attribute cannot have.
var reservedLabels = []string{"le", "quantile", "job", "instance"}

// units are the names that numbers worth a histogram end in, and their units.
var units = map[string]string{
	"seconds": "s", "secs": "s", "milliseconds": "ms", "millis": "ms", "ms": "ms", "duration": "", "latency": "", "elapsed": "",
	"bytes": "By", "size": "", "amount": "", "total": "", "subtotal": "", "price": "", "cost": "", "revenue": "", "count": "", "quantity": "",
	"score": "", "length": "",
}

// event proposes what an event records.
func (p *proposals) event(e *draft.Event, fields []found) {
	name := p.name(e.Name, "_total")
	if name == "" {
		return
	}
	m := &draft.Metric{Name: name, Instrument: string(eventmap.Counter), Description: "How many events " + e.Name + " there were."}
	r := draft.Record{Metric: name}
	series := 1
	// The data's own fields come first, and of them those whose values are known: they need no limit.
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b found) int { return cmp.Or(len(a.path)-len(b.path), a.rank()-b.rank()) })
	usable := slices.DeleteFunc(slices.Clone(fields), func(f found) bool { return !f.usable() })
	for _, f := range usable {
		a := draft.Attribute{Name: f.label(), Values: f.shown}
		switch {
		case f.node.kinds[boolean] > 0:
			a.Values = []string{"true", "false"}
		case f.shown == nil:
			a.Limit = f.limit()
		}
		size := max(len(a.Values)+1, 1)
		if len(m.Attributes) == mostAttributes || series*size > mostSeries || slices.ContainsFunc(m.Attributes, func(b draft.Attribute) bool { return strings.EqualFold(a.Name, b.Name) }) {
			continue
		}
		series *= size
		m.Attributes = append(m.Attributes, a)
		if len(f.path) > 1 || f.path[0] != a.Name {
			r.From = append(r.From, [2]string{a.Name, draft.PathText(f.path)})
		}
	}
	p.metrics, e.Records = append(p.metrics, m), append(e.Records, r)
	measures := 0
	for _, f := range fields {
		unit, worth := units[lastWord(f.path[len(f.path)-1])]
		if !worth || measures == mostMeasures || !f.single(eventmap.IntField, eventmap.DoubleField) || f.field.Redact != "" || f.inArray || f.dropped {
			continue
		}
		path := strings.Join(f.path, ".")
		suffixes := []string{"_bucket", "_sum", "_count"}
		name := p.name(e.Name+"_"+path, suffixes...)
		if name == "" {
			name = p.name(e.Name+"_"+path+"_value", suffixes...) // order_completed_total is the counter of order_completed
		}
		if name == "" {
			continue
		}
		measures++
		h := &draft.Metric{Name: name, Instrument: string(eventmap.Histogram), Unit: unit, Description: "The field " + path + " of events " + e.Name + "."}
		if f.single(eventmap.IntField) {
			h.Number = "int"
		}
		p.metrics, e.Records = append(p.metrics, h), append(e.Records, draft.Record{Metric: name, Value: draft.PathText(f.path)})
	}
}

// name makes the name of a metric; empty when it, or it with a suffix of its series, is taken.
func (p *proposals) name(from string, suffixes ...string) string {
	name := strings.Trim(apart.ReplaceAllString(strings.ToLower(from), "_"), "_")
	if name == "" || len(name) > 200 || strings.HasPrefix(name, "otelanalytics") {
		return ""
	}
	if name[0] <= '9' {
		name = "event_" + name
	}
	all := []string{name}
	for _, s := range suffixes {
		all = append(all, name+s)
	}
	for _, n := range all {
		if p.taken[n] {
			return ""
		}
	}
	for _, n := range all {
		p.taken[n] = true
	}
	return name
}

// label is the name of an attribute that comes from the field.
func (f *found) label() string { return strings.TrimPrefix(f.path[len(f.path)-1], "$") }

// usable reports whether a field can be an attribute.
func (f *found) usable() bool {
	name := f.label()
	switch {
	case f.field.Redact != "" || personal.Any(&f.node.forms) || f.inArray || f.dropped || !attribute.MatchString(name):
		return false
	case slices.Contains(reservedLabels, strings.ToLower(name)) || strings.HasPrefix(name, "otel"):
		return false
	case identity.Tells(f.path) || identity.Tells([]string{name}) || identity.Personal(f.path) || personal.ByName(f.path) != personal.None:
		return false
	case f.single(eventmap.BoolField):
		return true
	case !f.single(eventmap.StringField):
		return false
	}
	return f.shown == nil && f.limit() > 0 || f.shown != nil && !slices.Contains(f.shown, "") && !slices.Contains(f.shown, "other")
}

// rank is lower for fields that make better attributes.
func (f *found) rank() int {
	switch {
	case f.shown != nil:
		return 0
	case f.single(eventmap.BoolField):
		return 1
	default:
		return 2
	}
}

// single reports whether the field has one type, which is one of these.
func (f *found) single(types ...eventmap.FieldType) bool {
	return len(f.field.Types) == 1 && slices.Contains(types, eventmap.FieldType(f.field.Types[0]))
}

// limit returns a bound for the values of a field, with room for more of them; 0 when there are too many.
func (f *found) limit() int {
	different, _ := f.node.values.distinct.count()
	for _, l := range []int{10, 20, 50, 100, 200, mostLimit} {
		if int64(l) >= different+different/2 {
			return l
		}
	}
	return 0
}

// lastWord returns the last word of a name in snake_case or camelCase, in lower case.
func lastWord(name string) string {
	name = name[strings.LastIndexAny(name, "_- $")+1:]
	if i := strings.LastIndexFunc(name, func(c rune) bool { return c >= 'A' && c <= 'Z' }); i > 0 {
		name = name[i:]
	}
	return strings.ToLower(name)
}
