// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// number is a type that instruments measure in.
type number interface{ int64 | float64 }

// take takes the data of an instrument onto the page.
func (p *Page) take(s *scope, m *metricdata.Metrics) {
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		takeScalars(p, s, m, sumShape(data.IsMonotonic, counterInt, sumInt), data.DataPoints)
	case metricdata.Sum[float64]:
		takeScalars(p, s, m, sumShape(data.IsMonotonic, counterFloat, sumFloat), data.DataPoints)
	case metricdata.Gauge[int64]:
		takeScalars(p, s, m, gaugeInt, data.DataPoints)
	case metricdata.Gauge[float64]:
		takeScalars(p, s, m, gaugeFloat, data.DataPoints)
	case metricdata.Histogram[int64]:
		takeHistograms(p, s, m, histogramInt, data.DataPoints)
	case metricdata.Histogram[float64]:
		takeHistograms(p, s, m, histogramFloat, data.DataPoints)
	case metricdata.ExponentialHistogram[int64]:
		takeNatives(p, s, m, nativeInt, data.DataPoints)
	case metricdata.ExponentialHistogram[float64]:
		takeNatives(p, s, m, nativeFloat, data.DataPoints)
	default:
		p.errs = append(p.errs, fmt.Errorf("the instrument %q has data of the type %T, which cannot be on the page", m.Name, m.Data))
	}
}

func sumShape(monotonic bool, counter, sum shape) shape {
	if monotonic {
		return counter
	}
	return sum
}

// takeScalars takes counters and gauges.
func takeScalars[N number](p *Page, s *scope, m *metricdata.Metrics, of shape, from []metricdata.DataPoint[N]) {
	in := p.instrument(s, m, of)
	if in == nil {
		return
	}
	counter := of == counterInt || of == counterFloat
	done := 0
	if len(from) == len(in.order) { // as reconcile does, without calls: this is most of a page
		for ; done < len(from); done++ {
			point, at := &from[done], &in.order[done]
			if at.distinct != point.Attributes.Equivalent() {
				break
			}
			if s := at.series; s != nil && s.seen != p.gathering {
				s.seen, s.value = p.gathering, float64(point.Value)
				if counter && (s.exemplars != 0 || len(point.Exemplars) > 0) {
					setExemplars(p, s, 0, point.Exemplars)
				}
			}
		}
	}
	p.reconcile(s, in, &points{
		count:      len(from),
		attributes: func(i int) *attribute.Set { return &from[i].Attributes },
		started:    func(i int) time.Time { return from[i].StartTime },
		update: func(s *series, i int) {
			s.value = float64(from[i].Value)
			if counter {
				setExemplars(p, s, 0, from[i].Exemplars)
			}
		},
	}, done)
}
