// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// maxObserved bounds how many of the set's own series are reported before they count something, below
// the OpenTelemetry SDK's limit of 2,000. A map with more reports each from its first count on.
const maxObserved = 1_900

// allAttributes is the value of the attribute attribute when the combination was beyond max_series.
const allAttributes = "*"

// counter is one of the set's own series: a number that the hot path adds to and a collection reads.
type counter struct {
	n      *atomic.Int64
	option [1]metric.ObserveOption
}

// register observes the set's own counters, and starts the declared series at zero with the first
// collection.
func (s *Set) register(meter metric.Meter) (err error) {
	zero := s.zeroed()
	s.registration, err = registerOwn(meter, overflows(s.bounding()), s.refusals(), func(ctx context.Context) {
		s.zero.Do(func() { zero(ctx) })
	})
	return err
}

// registerOwn observes values that became "other", and those that were refused. first is called before each collection.
func registerOwn(meter metric.Meter, overflows, refusals []counter, first func(context.Context)) (metric.Registration, error) {
	overflow, err := ownmetrics.AttributesOverflow.Counter(meter)
	if err != nil {
		return nil, err
	}
	refused, err := ownmetrics.ValuesRefused.Counter(meter)
	if err != nil {
		return nil, err
	}
	return meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		first(ctx)
		observe(o, overflow, overflows)
		observe(o, refused, refusals)
		return nil
	}, overflow, refused)
}

func observe(o metric.Observer, i metric.Int64Observable, counters []counter) {
	for j := range counters {
		c := &counters[j]
		if n := c.n.Load(); n > 0 || len(counters) <= maxObserved {
			o.ObserveInt64(i, n, c.option[:]...)
		}
	}
}

// bounding returns the metrics whose attributes the set bounds: [Counting] bounds those of unique ones.
func (s *Set) bounding() []*instrumented {
	return slices.DeleteFunc(slices.Clone(s.ordered), func(i *instrumented) bool {
		m, _ := s.eventMap.Metric(i.name)
		return m.Instrument.IsUnique()
	})
}

func overflows(metrics []*instrumented) []counter {
	var all []counter
	for _, i := range metrics {
		for _, d := range i.space.dims {
			all = append(all, counter{&d.overflow, labelled(i, "attribute", d.name)})
		}
		if len(i.space.dims) > 0 {
			all = append(all, counter{&i.full, labelled(i, "attribute", allAttributes)})
		}
	}
	return all
}

// possible are the reasons for which a value of a metric can be refused.
type possible map[*instrumented]*[reasonCount]bool

// possibleOf returns the reasons that can occur, given where each metric's values come from.
func possibleOf(metrics []*instrumented, undeclared *EventType, events iter.Seq[*EventType]) possible {
	can := make(possible, len(metrics))
	for _, i := range metrics {
		can[i] = new([reasonCount]bool)
	}
	undeclared.reasons(can)
	for e := range events {
		e.reasons(can)
	}
	return can
}

// refusals lists the reasons that can occur.
func (s *Set) refusals() []counter {
	can := possibleOf(s.ordered, s.undeclared, maps.Values(s.events))
	for _, i := range s.ordered {
		if i.observe == (unfed{}) { // what ObserveGauge is given
			can[i][reasonNotFinite], can[i][reasonNotInteger], can[i][reasonAttributeType] = true, i.integer, true
		}
	}
	return can.counters(s.ordered)
}

func (can possible) counters(metrics []*instrumented) []counter {
	var all []counter
	for _, i := range metrics {
		for r, ok := range can[i] {
			if ok {
				all = append(all, counter{&i.refused[r], labelled(i, "reason", reasonNames[r])})
			}
		}
	}
	return all
}

func (t *EventType) reasons(can possible) {
	for i := range t.targets {
		t.targets[i].reasons(can[t.targets[i].metric])
	}
}

func (t *target) reasons(can *[reasonCount]bool) {
	switch {
	case t.value == constant:
	case t.metric.observe == (unfed{}): // counted: see [countable]
		can[reasonType] = true
	default:
		can[reasonMissing], can[reasonType], can[reasonNotFinite] = true, true, true
		can[reasonNegative] = can[reasonNegative] || t.metric.positive
		can[reasonNotInteger] = can[reasonNotInteger] || t.metric.integer
	}
	can[reasonSumRange] = can[reasonSumRange] || t.metric.space.followed
	if t.computed != nil {
		can[reasonExpression] = true
	}
	if t.when != nil {
		can[reasonConditionMissing], can[reasonConditionType], can[reasonConditionFailed] = true, true, true
	}
	for _, s := range t.sources {
		can[reasonAttributeType] = can[reasonAttributeType] || s.kind == eventmap.FromData
	}
}

func labelled(i *instrumented, name, value string) [1]metric.ObserveOption {
	set := attribute.NewSet(attribute.String("metric", i.name), attribute.String(name, value))
	return [1]metric.ObserveOption{metric.WithAttributeSet(set)}
}
