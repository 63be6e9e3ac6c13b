// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// move is the change that an event made to one series.
type move struct {
	Metric string   `json:"metric"`
	Labels []string `json:"labels"` // name, value, name, value …
	By     float64  `json:"by"`
	How    string   `json:"how"` // added, set or observed; hidden: the metric alone may be seen

	conditional bool // a condition of the map had to hold
}

// mover computes how events change series. It begins with the values and combinations that the client's metrics have
// learned.
type mover struct {
	evaluator *evaluation.Evaluator
	events    *eventmap.Map
}

func newMover(client *otelanalytics.Client) (*mover, error) {
	e, err := evaluation.New(client.EventMap())
	if err != nil {
		return nil, err
	}
	return &mover{e, client.EventMap()}, e.Restore(evaluation.Saved{Memory: client.MetricMemory()})
}

// of returns the changes that an event makes. Each series begins at zero again, so that its value is the change.
func (m *mover) of(e *eventdoc.Recorded, wanted bool) []move {
	m.evaluator.Event(e)
	var all []move
	for _, s := range m.evaluator.Changed() {
		if wanted {
			one := moved(s)
			one.conditional = conditional(m.events, e.Type, one.Metric)
			all = append(all, one)
		}
		clear(s.Buckets)
		s.State = evaluation.State{Buckets: s.Buckets}
	}
	return all
}

func moved(s *evaluation.Series) move {
	declared := s.Metric.Declared
	m := move{Metric: declared.Name, By: s.Number(), Labels: make([]string, 0, 2*len(s.Values)), How: "added"}
	switch {
	case declared.Instrument.IsDistribution():
		m.How = "observed"
	case declared.Instrument.IsGauge():
		m.How = "set"
	}
	for i, v := range s.Values {
		m.Labels = append(m.Labels, declared.Attributes[i].Name, v)
	}
	return m
}
