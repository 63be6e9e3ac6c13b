// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// event writes what the map says of an event, below its heading.
func (p *page) event(e *eventmap.Event) {
	p.paragraph(e.Description)
	if d := deprecated(e.Deprecated); d != "" {
		p.printf("%s\n\n", d)
	}
	var notes []string
	if e.IsPattern() {
		notes = append(notes, "Every event type that begins with "+code(strings.TrimSuffix(e.Name, "*"))+", unless a longer name matches.")
	}
	if len(e.RenamedFrom) > 0 {
		notes = append(notes, "Called "+codes(e.RenamedFrom)+" before, which older documents have as "+code("event_type")+".")
	}
	if e.Since != "" {
		notes = append(notes, "Since "+escaped(e.Since)+".")
	}
	if !e.Store {
		notes = append(notes, "Recorded and not stored.")
	}
	if !e.Enabled {
		notes = append(notes, "Its metrics start switched off.")
	}
	notes = append(notes, contract(e)...)
	if len(notes) > 0 {
		p.printf("%s\n\n", strings.Join(notes, " "))
	}
	p.fields(e)
	p.records(e)
	p.printf("```go\n%s\n```\n\n", example(e))
	p.queries(e)
}

func (p *page) fields(e *eventmap.Event) {
	fields := fieldsOf(e)
	if len(fields) == 0 {
		return
	}
	p.head("field", "type", "meaning")
	for _, f := range fields {
		meaning := escaped(f.Description)
		if values := valuesOf(e, f.Path); len(values) > 0 {
			meaning = strings.TrimSpace(meaning + " Values: " + codes(values) + ".")
		}
		meaning = strings.TrimSpace(meaning + " " + deprecatedValues(e, f.Path))
		meaning = strings.TrimSpace(meaning + " " + rules(&f))
		meaning = strings.TrimSpace(meaning + " " + deprecated(f.Deprecated))
		switch f.Redact {
		case eventmap.RedactDrop:
			meaning = strings.TrimSpace(meaning + " Dropped before it is stored.")
		case eventmap.RedactHash:
			meaning = strings.TrimSpace(meaning + " Hashed before it is stored.")
		}
		fieldType := typeOf(&f)
		p.row(code(strings.Join(f.Path, ".")), fieldType, meaning)
	}
	p.printf("\n")
}

// fieldsOf returns the declared fields, and after them those that only records name.
func fieldsOf(e *eventmap.Event) []eventmap.Field {
	fields := slices.Clone(e.Data)
	add := func(path eventmap.Path, t eventmap.FieldType) {
		known := func(f eventmap.Field) bool { return slices.Equal(f.Path, path) }
		if !slices.ContainsFunc(fields, known) {
			fields = append(fields, eventmap.Field{Path: path, Type: t})
		}
	}
	for _, r := range e.Records {
		for _, s := range r.Sources {
			if s.Kind == eventmap.FromData {
				add(s.Path, eventmap.StringField)
			}
		}
		if c := r.Metric.Counted; c != nil && c.Path != nil {
			add(c.Path, "")
		}
		switch path := r.Value.Path; {
		case len(path) == 0:
		case path[len(path)-1] == "$size":
			add(path[:len(path)-1], eventmap.ArrayField)
		default:
			add(path, eventmap.FieldType(r.Metric.Number))
		}
	}
	return fields
}

// valuesOf returns the values that the attributes list which take theirs from a field.
func valuesOf(e *eventmap.Event, path eventmap.Path) []string {
	var values []string
	eachSource(e, path, func(a *eventmap.Attribute) {
		for _, v := range a.Values {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	})
	return values
}

// eachSource calls f for each attribute that takes its value from a field.
func eachSource(e *eventmap.Event, path eventmap.Path, f func(*eventmap.Attribute)) {
	for _, r := range e.Records {
		for i, s := range r.Sources {
			if s.Kind == eventmap.FromData && slices.Equal(s.Path, path) {
				f(&r.Metric.Attributes[i])
			}
		}
	}
}

func codes(values []string) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = code(v)
	}
	return strings.Join(all, ", ")
}

func (p *page) records(e *eventmap.Event) {
	if len(e.Records) == 0 {
		if e.Store {
			p.printf("Stored, without a metric of its own.\n\n")
		}
		return
	}
	p.recordTable(e.Records)
}

// every is what every event records, when there is something.
func every(m *eventmap.Map) []part {
	all := m.EveryEvent()
	if len(all) == 0 {
		return nil
	}
	p := new(page)
	p.printf("Each event of every type, before what its own entry says.\n\n")
	p.recordTable(all)
	p.queries(&eventmap.Event{Records: all})
	return []part{{title: "What every event records", about: p.String()}}
}

func (p *page) recordTable(all []eventmap.Record) {
	p.head("records into", "what", "labels")
	for _, r := range all {
		var labels []string
		for i := range r.Sources {
			a := &r.Metric.Attributes[i]
			switch s := r.Sources[i]; s.Kind {
			case eventmap.FromConstant:
				labels = append(labels, code(fmt.Sprintf("%s=%q", a.PrometheusLabel(), s.Constant)))
			case eventmap.FromType:
				labels = append(labels, code(a.PrometheusLabel())+" (the event's type)")
			case eventmap.FromPlatform, eventmap.FromModule, eventmap.FromSession:
				labels = append(labels, code(a.PrometheusLabel())+" (from "+code(s.String())+")")
			case eventmap.FromWindow:
				labels = append(labels, code(a.PrometheusLabel())+" ("+codes(a.Values)+")")
			default:
				if field := strings.Join(s.Path, "."); field != a.PrometheusLabel() {
					labels = append(labels, code(a.PrometheusLabel())+" (from "+code(field)+")")
				} else {
					labels = append(labels, code(a.PrometheusLabel()))
				}
			}
			if a.NotIdentifying {
				labels[i] += " (identifies nobody, the map says)"
			}
			if d := deprecated(a.Deprecated); d != "" {
				labels[i] += " (" + d + ")"
			}
		}
		p.row(code(r.Metric.PrometheusName()), what(r), strings.Join(labels, ", "))
	}
	p.printf("\n")
}

// counted names what a unique metric counts.
func counted(c *eventmap.Counted) string {
	switch c.Of {
	case eventmap.OfUser:
		return "users"
	case eventmap.OfSession:
		return "sessions"
	default:
		return "values of " + code(strings.Join(c.Path, "."))
	}
}

// what says what a record does.
func what(r eventmap.Record) string {
	value := "the field " + code(strings.Join(r.Value.Path, "."))
	switch {
	case r.Metric.Counted != nil:
		value = "different " + counted(r.Metric.Counted)
	case r.Value.Expression != nil:
		value = code(r.Value.Expression.String())
	case r.Value.Path == nil:
		value = fmt.Sprint(r.Value.Constant)
	}
	text := r.Metric.Instrument.Verb() + " " + value
	if r.Metric.Unit != "" {
		text += " " + code(r.Metric.Unit)
	}
	if r.When != nil {
		text += " when " + code(r.When.String())
	}
	if !r.Metric.Enabled {
		text += " (the metric is switched off)"
	}
	if d := deprecated(r.Metric.Deprecated); d != "" {
		text += " (" + d + ")"
	}
	return text
}
