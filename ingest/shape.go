// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// shape is what the event map says of the data of an event type that JSON cannot say, and that concerns what the doors add.
type shape struct {
	dates  []eventmap.Path // JSON has no dates: these fields are texts until they are converted
	closed bool            // the map takes no field that it does not declare, and it does not declare context
	fields map[string]bool // the first parts of the fields that a map declares which takes no other; else nil
}

// omits reports whether a property that PostHog's clients add on their own is left out, because the map takes none that it does not
// declare.
func (s *shape) omits(property string) bool {
	return s != nil && s.fields != nil && strings.HasPrefix(property, "$") && !s.fields[property]
}

// shapesOf returns the shapes of a map's entries that have one, by name.
func shapesOf(m *eventmap.Map) map[string]*shape {
	all := make(map[string]*shape)
	for _, e := range m.Events() {
		s := &shape{closed: e.Additional != eventmap.KeepAdditional}
		if s.closed {
			s.fields = make(map[string]bool)
		}
		for _, f := range e.Data {
			if s.fields != nil {
				s.fields[f.Path[0]] = true
			}
			if f.Path[0] == fieldContext {
				s.closed = false
			}
			if f.Type == eventmap.DateField || slices.Contains(f.Types, eventmap.DateField) && !slices.Contains(f.Types, eventmap.StringField) {
				s.dates = append(s.dates, f.Path)
			}
		}
		if s.fields != nil || len(s.dates) > 0 {
			all[e.Name] = s
		}
	}
	return all
}

// shape returns the shape of an event type, or nil.
func (h *Handler) shape(eventType string) *shape {
	if len(h.shapes) == 0 {
		return nil
	}
	t, err := h.client.EventType(eventType)
	if err != nil {
		return nil
	}
	return h.shapes[t.Name()]
}

// convert returns data whose dates are dates: texts that [parseMoment] reads. Others stay, for the check by the map.
func (s *shape) convert(data *bsondoc.JSONObject) (any, error) {
	if s == nil || len(s.dates) == 0 {
		return data, nil
	}
	d := json.NewDecoder(bytes.NewReader(object(data.Text).with(data.More...)))
	d.UseNumber()
	var fields map[string]any
	if err := d.Decode(&fields); err != nil {
		return nil, err
	}
	for _, path := range s.dates {
		convertAt(fields, path)
	}
	return fields, nil
}

// convertAt converts a field of an object, or of each object of an array.
func convertAt(in any, path eventmap.Path) {
	switch v := in.(type) {
	case []any:
		for _, entry := range v {
			convertAt(entry, path)
		}
	case map[string]any:
		inner, ok := v[path[0]]
		if !ok {
			return
		}
		if len(path) > 1 {
			convertAt(inner, path[1:])
			return
		}
		if text, ok := inner.(string); ok {
			if at, ok := parseMoment(text); ok {
				v[path[0]] = at
			}
		}
	}
}
