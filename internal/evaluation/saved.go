// SPDX-License-Identifier: Apache-2.0

package evaluation

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// Saved is all that an [Evaluator] knows. It can be written as JSON, and goes with one event map.
type Saved struct {
	Memory instruments.Memory `json:"memory"`
	Series []SavedSeries      `json:"series"`
}

// SavedSeries is one series of a [Saved].
type SavedSeries struct {
	Metric string   `json:"metric"`
	Values []string `json:"values,omitempty"`
	State
}

// Save returns all that the evaluator knows. It shares nothing with it.
func (e *Evaluator) Save() Saved {
	saved := Saved{Memory: e.set.Memory(), Series: []SavedSeries{}}
	for _, m := range e.meter.metrics {
		for _, s := range m.Series {
			saved.Series = append(saved.Series, SavedSeries{Metric: m.Declared.Name, Values: s.Values, State: s.Clone()})
		}
	}
	return saved
}

// Restore has an evaluator that was given no event go on where another one of the same map was saved. The error is
// instruments.ErrMemory; the evaluator is then of no use.
func (e *Evaluator) Restore(from Saved) error {
	if err := e.set.Remember(from.Memory); err != nil {
		return err
	}
	for _, saved := range from.Series {
		m, err := e.meter.named(saved.Metric)
		if err != nil {
			return fmt.Errorf("%w: %w", instruments.ErrMemory, err)
		}
		attributes := m.Declared.Attributes
		if len(saved.Values) != len(attributes) || m.Declared.Instrument.IsDistribution() && len(saved.Buckets) != len(m.Bounds)+1 {
			return fmt.Errorf("%w: the metric %q has other attributes or buckets", instruments.ErrMemory, saved.Metric)
		}
		pairs := make([]attribute.KeyValue, len(attributes))
		for i := range attributes {
			pairs[i] = attribute.String(attributes[i].Name, saved.Values[i])
		}
		m.at(attribute.NewSet(pairs...)).State = saved.State
	}
	return nil
}
