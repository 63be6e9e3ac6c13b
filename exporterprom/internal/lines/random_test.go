// SPDX-License-Identifier: Apache-2.0

package lines_test

import (
	"math"
	"math/rand/v2"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// random makes families as no well-behaved program would.
type random struct{ *rand.Rand }

func pick[T any](r random, from ...T) T { return from[r.IntN(len(from))] }

func (r random) seldom() bool { return r.IntN(12) == 0 }
func (r random) rarely() bool { return r.IntN(144) == 0 }

func (r random) family() *dto.MetricFamily {
	f := &dto.MetricFamily{Name: proto.String(pick(r, "logins_total", "logins", "a:b", "x_total_total", "latency_seconds"))}
	f.Type = pick(r, dto.MetricType_COUNTER, dto.MetricType_COUNTER, dto.MetricType_GAUGE, dto.MetricType_HISTOGRAM, dto.MetricType_HISTOGRAM).Enum()
	if r.seldom() {
		f.Name = proto.String(pick(r, "_total", "user.logins", "größe", "1st_total", ""))
	}
	if r.seldom() {
		f.Type = pick(r, dto.MetricType_SUMMARY, dto.MetricType_UNTYPED, dto.MetricType_GAUGE_HISTOGRAM, dto.MetricType(99)).Enum()
	}
	if !r.seldom() {
		f.Help = proto.String(pick(r, "", "What it is.", "A \"quoted\" \\ text\nof two lines", "\xff"))
	}
	if r.seldom() {
		f.Unit = proto.String("seconds")
	}
	bounds := pick(r, nil, []float64{1}, []float64{.005, .25, 1, 2.5, 1e6, 1e21}, []float64{-1, 0, math.Inf(1)}, []float64{math.NaN(), math.Copysign(0, -1)})
	for range r.IntN(6) {
		f.Metric = append(f.Metric, r.metric(f.GetType(), bounds))
	}
	return f
}

func (r random) labels() []*dto.LabelPair {
	var all []*dto.LabelPair
	for range r.IntN(4) {
		name := pick(r, "method", "code", "le", "_u", "a:b")
		if r.rarely() {
			name = pick(r, "__name__", "http.method", "größe", "1st", "")
		}
		all = append(all, &dto.LabelPair{Name: &name, Value: proto.String(pick(r, "", "x", "GET", "quo\"te", "back\\slash", "\n", "größe", "\xff\xfe", "\\\"\n"))})
	}
	return all
}

func (r random) float() float64 {
	return pick(r, 0, math.Copysign(0, -1), 1, -1, 0.25, 17, 999_999, 1e6, -999_999, -1e6, 1234567, 1e20, 1e21, 1e-5, math.NaN(), math.Inf(1), math.Inf(-1),
		math.MaxFloat64, math.SmallestNonzeroFloat64, r.NormFloat64(), float64(r.IntN(2e6)), math.Float64frombits(r.Uint64()))
}

func (r random) count() uint64 {
	return pick(r, 0, 1, 999_999, 1_000_000, math.MaxUint64, r.Uint64N(1e7))
}

func (r random) time() *timestamppb.Timestamp {
	switch r.IntN(8) {
	case 0:
		return nil
	case 1:
		return &timestamppb.Timestamp{Seconds: 1, Nanos: pick(r, int32(0), -1)} // before its second: not valid
	}
	return &timestamppb.Timestamp{Seconds: 1_700_000_000 + r.Int64N(1e6), Nanos: r.Int32N(1e9)}
}

func (r random) exemplar() *dto.Exemplar {
	if r.IntN(3) > 0 {
		return nil
	}
	e := &dto.Exemplar{Label: r.labels(), Value: proto.Float64(r.float()), Timestamp: r.time()}
	if len(e.Label) > 0 && r.seldom() {
		e.Value = nil
	}
	return e
}

func (r random) metric(of dto.MetricType, bounds []float64) *dto.Metric {
	m := &dto.Metric{Label: r.labels()}
	if r.rarely() {
		m.TimestampMs = proto.Int64(1_700_000_000_123)
	}
	if r.rarely() {
		return m // without a value
	}
	switch of {
	case dto.MetricType_COUNTER:
		m.Counter = &dto.Counter{Value: proto.Float64(r.float()), Exemplar: r.exemplar(), CreatedTimestamp: r.time()}
	case dto.MetricType_GAUGE:
		m.Gauge = &dto.Gauge{Value: proto.Float64(r.float())}
	case dto.MetricType_UNTYPED:
		m.Untyped = &dto.Untyped{Value: proto.Float64(r.float())}
	case dto.MetricType_SUMMARY:
		m.Summary = &dto.Summary{SampleCount: proto.Uint64(r.count()), SampleSum: proto.Float64(r.float())}
	default:
		m.Histogram = r.histogram(bounds)
	}
	return m
}

func (r random) histogram(bounds []float64) *dto.Histogram {
	h := &dto.Histogram{SampleCount: proto.Uint64(r.count()), SampleSum: proto.Float64(r.float()), CreatedTimestamp: r.time()}
	if r.seldom() {
		bounds = []float64{r.float(), r.float()} // not those of the other series
	}
	for _, upper := range bounds {
		b := &dto.Bucket{UpperBound: proto.Float64(upper), CumulativeCount: proto.Uint64(r.count()), Exemplar: r.exemplar()}
		if r.rarely() {
			b.CumulativeCountFloat = proto.Float64(r.float())
		}
		h.Bucket = append(h.Bucket, b)
	}
	if r.rarely() {
		h.SampleCountFloat = proto.Float64(r.float())
	}
	return h
}
