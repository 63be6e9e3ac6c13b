// SPDX-License-Identifier: Apache-2.0

package lines_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/proto"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/lines"
)

// FuzzWriter compares random families with expfmt's. One writer writes all of a seed, in every format, so that what it keeps
// from the last family may be wrong for the next.
func FuzzWriter(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := random{rand.New(rand.NewPCG(seed, 1))}
		var w lines.Writer
		written := 0
		const families = 40
		for range families {
			f := r.family()
			w.OpenMetrics, w.CreatedLines = r.IntN(2) == 0, r.IntN(2) == 0
			if compare(t, &w, f) {
				written++
			}
		}
		if written < families/4 {
			t.Errorf("%d of %d families were written; the test compares too few", written, families)
		}
	})
}

// compare reports whether the writer wrote a family; then the family has to be expfmt's, however names are escaped.
func compare(t *testing.T, w *lines.Writer, f *dto.MetricFamily) bool {
	t.Helper()
	const before = "what is there\n"
	page, ok := w.AppendFamily([]byte(before), f)
	got, kept := bytes.CutPrefix(page, []byte(before))
	if !kept || !ok && len(got) > 0 {
		t.Fatalf("the page is %q, want what was there%s", page, map[bool]string{true: " and the family"}[ok])
	}
	if !ok {
		return false
	}
	kind := expfmt.TypeTextPlain
	var options []expfmt.EncoderOption
	if w.OpenMetrics {
		kind = expfmt.TypeOpenMetrics
	}
	if w.CreatedLines {
		options = append(options, expfmt.WithCreatedLines())
	}
	for _, scheme := range []model.EscapingScheme{model.NoEscaping, model.UnderscoreEscaping, model.DotsEscaping, model.ValueEncodingEscaping} {
		var want bytes.Buffer
		if err := expfmt.NewEncoder(&want, expfmt.NewFormat(kind).WithEscapingScheme(scheme), options...).Encode(f); err != nil {
			t.Fatalf("expfmt: %v; the page has\n%s", err, got)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%s, %s: the page has\n%s\nexpfmt\n%s", kindName(kind), scheme, got, want.Bytes())
		}
	}
	return true
}

func kindName(k expfmt.FormatType) string { return string(expfmt.NewFormat(k)) }

// TestWhatIsLeftToExpfmt names what the writer does not write, and what is next to it.
func TestWhatIsLeftToExpfmt(t *testing.T) {
	family := func(change func(f *dto.MetricFamily)) *dto.MetricFamily {
		f := &dto.MetricFamily{Name: proto.String("logins_total"), Type: dto.MetricType_COUNTER.Enum()}
		for range 2 {
			f.Metric = append(f.Metric, &dto.Metric{
				Label: []*dto.LabelPair{{Name: proto.String("method"), Value: proto.String("email")}}, Counter: &dto.Counter{Value: proto.Float64(1)},
			})
		}
		change(f)
		return f
	}
	for _, c := range []struct {
		name              string
		change            func(f *dto.MetricFamily)
		text, openMetrics bool
	}{
		{"usual", func(*dto.MetricFamily) {}, true, true},
		{"no series", func(f *dto.MetricFamily) { f.Metric = nil }, false, false},
		{"no name", func(f *dto.MetricFamily) { f.Name = nil }, false, false},
		{"name in UTF-8", func(f *dto.MetricFamily) { f.Name = proto.String("user.logins_total") }, false, false},
		{"name is the suffix", func(f *dto.MetricFamily) { f.Name = proto.String("_total") }, true, false},
		{"unit", func(f *dto.MetricFamily) { f.Unit = proto.String("logins") }, false, false},
		{"summary", func(f *dto.MetricFamily) { f.Type = dto.MetricType_SUMMARY.Enum() }, false, false},
		{"label in UTF-8", func(f *dto.MetricFamily) { f.Metric[1].Label[0].Name = proto.String("http.method") }, false, false},
		{"label of the name", func(f *dto.MetricFamily) { f.Metric[1].Label[0].Name = proto.String("__name__") }, false, false},
		{"timestamp", func(f *dto.MetricFamily) { f.Metric[1].TimestampMs = proto.Int64(1) }, false, false},
		{"no counter", func(f *dto.MetricFamily) { f.Metric[1].Counter = nil }, false, false},
		{"exemplar", func(f *dto.MetricFamily) { f.Metric[1].Counter.Exemplar = &dto.Exemplar{Label: f.Metric[0].Label} }, true, true},
		{"exemplar without labels", func(f *dto.MetricFamily) { f.Metric[1].Counter.Exemplar = &dto.Exemplar{} }, true, true},
		{"exemplar in UTF-8", func(f *dto.MetricFamily) {
			f.Metric[1].Counter.Exemplar = &dto.Exemplar{Label: []*dto.LabelPair{{Name: proto.String("trace.id")}}}
		}, true, false},
		{"native histogram with counts in fractions", func(f *dto.MetricFamily) {
			f.Type = dto.MetricType_HISTOGRAM.Enum()
			for _, m := range f.Metric {
				m.Histogram = &dto.Histogram{SampleCountFloat: proto.Float64(1.5)}
			}
		}, false, false},
	} {
		for _, format := range []struct {
			name string
			w    lines.Writer
			want bool
		}{{"text", lines.Writer{}, c.text}, {"OpenMetrics", lines.Writer{OpenMetrics: true}, c.openMetrics}} {
			t.Run(fmt.Sprintf("%s as %s", c.name, format.name), func(t *testing.T) {
				if got := compare(t, &format.w, family(c.change)); got != format.want {
					t.Errorf("written: %t, want %t", got, format.want)
				}
			})
		}
	}
}
