// SPDX-License-Identifier: Apache-2.0

package evaluation

import "go.opentelemetry.io/otel/attribute"

// Replace gives a metric that no event records into the values of a reading, as observers do on a live page: fill calls set with each
// series' value and its attributes, in pairs of name and value. Series that it does not set are absent from then on. A metric that the
// map does not have, or has switched off, is left out.
func (e *Evaluator) Replace(metric string, fill func(set func(value int64, pairs ...string))) {
	m, err := e.meter.named(metric)
	if err != nil {
		return
	}
	e.readings++
	fill(func(value int64, pairs ...string) {
		attributes := make([]attribute.KeyValue, 0, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			attributes = append(attributes, attribute.String(pairs[i], pairs[i+1]))
		}
		before := len(m.Series)
		s := m.find(attribute.NewSet(attributes...))
		if isNew := len(m.Series) > before; isNew || s.Absent || s.Int != value {
			s.State = State{Int: value}
			e.meter.mark(s)
		}
		s.reading = e.readings
	})
	for _, s := range m.Series {
		if s.reading != e.readings && !s.Absent {
			s.State = State{Absent: true}
			e.meter.mark(s)
		}
	}
}
