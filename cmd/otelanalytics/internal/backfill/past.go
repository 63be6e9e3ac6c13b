// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// past computes the metrics that count different values. The windows of the first step reach back behind --from, and no sketch is saved:
// documents from there on are read first. A nil past has no such metric.
type past struct {
	metrics []uniques.Metric
	numbers *uniques.Past
	stream  source // of the events that count
}

// newPast returns the past of the chosen metrics. memory is that of a run that is continued.
func newPast(m *eventmap.Map, c choice, memory []instruments.Memory) (*past, error) {
	chosen := c.unique()
	if len(chosen) == 0 {
		return nil, nil
	}
	metrics := slices.DeleteFunc(uniques.FromMap(m), func(u uniques.Metric) bool {
		return !slices.ContainsFunc(chosen, func(of *eventmap.Metric) bool { return of.Name == u.Name })
	})
	numbers, err := uniques.NewPast(metrics)
	if err != nil {
		return nil, err
	}
	if memory != nil {
		if err := numbers.Remember(memory); err != nil {
			return nil, err
		}
	}
	return &past{metrics: metrics, numbers: numbers}, nil
}

// begin finds the first document from before a step that its windows have, and returns where to read from: at the step, without one.
func (p *past) begin(ctx context.Context, at int64) (int64, error) {
	if p == nil {
		return at, nil
	}
	first, found, err := p.stream.First(ctx, p.numbers.Reach(time.UnixMilli(at)).UnixMilli(), at)
	if err != nil || !found {
		return at, err
	}
	return first, nil
}

// warmMilliseconds is the span of one query for documents from before the first step.
const warmMilliseconds = 24 * 60 * 60 * 1000

// warm reads the documents from before a step that its windows have. Those that record nothing do not count, as behind the step.
func (p *past) warm(ctx context.Context, e *evaluation.Evaluator, from, at int64, by string, progress *cli.Progress) error {
	if p == nil {
		return nil
	}
	return inParts(from, at, warmMilliseconds, func(from, to int64) error {
		return p.stream.Each(ctx, from, to, func(doc bson.Raw) error {
			event, err := eventdoc.ParseRecorded(doc)
			if err != nil {
				return err
			}
			if e.Verdict(&event) == evaluation.Evaluated {
				p.add(doc, timeOf(&event, by))
			}
			progress.Add(1)
			return nil
		})
	})
}

func (p *past) add(doc bson.Raw, at int64) {
	if p != nil {
		p.numbers.Add(doc, time.UnixMilli(at))
	}
}

// read gives an evaluator the numbers at a time.
func (p *past) read(e *evaluation.Evaluator, at int64) {
	if p == nil {
		return
	}
	byMetric := make(map[string][]uniques.Number, len(p.metrics))
	for _, x := range p.numbers.At(time.UnixMilli(at)) {
		byMetric[x.Metric] = append(byMetric[x.Metric], x)
	}
	for _, m := range p.metrics {
		e.Replace(m.Name, func(set func(int64, ...string)) {
			for _, x := range byMetric[m.Name] {
				set(int64(x.Value), x.Attributes...)
			}
		})
	}
}

func (p *past) memory() []instruments.Memory {
	if p == nil {
		return nil
	}
	return p.numbers.Memory()
}
