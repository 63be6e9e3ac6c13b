// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	"google.golang.org/protobuf/proto"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/lines"
	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/page"
)

// reference is OpenTelemetry's exporter. It converts what a producer gives it.
type reference struct {
	registry *prometheus.Registry
	scopes   []metricdata.ScopeMetrics
}

func (r *reference) Produce(context.Context) ([]metricdata.ScopeMetrics, error) { return r.scopes, nil }

func newReference(t testing.TB, c page.Config, of *resource.Resource) *reference {
	t.Helper()
	r := &reference{registry: prometheus.NewRegistry()}
	options := []otelprom.Option{
		otelprom.WithRegisterer(r.registry), otelprom.WithNamespace(c.Namespace), otelprom.WithTranslationStrategy(c.Translation),
		otelprom.WithProducer(r),
	}
	if !c.ScopeInfo {
		options = append(options, otelprom.WithoutScopeInfo())
	}
	if !c.TargetInfo {
		options = append(options, otelprom.WithoutTargetInfo())
	}
	if c.ResourceLabels != nil {
		options = append(options, otelprom.WithResourceAsConstantLabels(c.ResourceLabels))
	}
	exporter, err := otelprom.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter), sdkmetric.WithResource(of))
	return r
}

// pair are a page and the exporter, side by side.
type pair struct {
	page      *page.Page
	reference *reference
	resource  *resource.Resource
	clock     time.Time
	lines     lines.Writer
}

func newPair(t testing.TB, c page.Config, of *resource.Resource) *pair {
	t.Helper()
	p, err := page.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &pair{page: p, reference: newReference(t, c, of), resource: of, clock: time.Unix(1_800_000_000, 0)}
}

// compare hands both the same data, and compares their pages in every format.
func (p *pair) compare(t testing.TB, scopes []metricdata.ScopeMetrics) {
	t.Helper()
	p.clock = p.clock.Add(time.Minute)
	ours, err := p.page.Update(&metricdata.ResourceMetrics{Resource: p.resource, ScopeMetrics: scopes}, p.clock)
	p.reference.scopes = scopes
	theirs, wantErr := p.reference.registry.Gather()
	if (err == nil) != (wantErr == nil) {
		t.Errorf("error %v, the exporter's is %v", err, wantErr)
	}
	// Of two series with the same labels the exporter shows the one that comes first, the page the one that was there.
	masked := wantErr != nil && strings.Contains(wantErr.Error(), "was collected before")
	for _, format := range []expfmt.Format{
		expfmt.NewFormat(expfmt.TypeTextPlain), expfmt.NewFormat(expfmt.TypeOpenMetrics), expfmt.NewFormat(expfmt.TypeProtoText),
		expfmt.NewFormat(expfmt.TypeTextPlain).WithEscapingScheme(0),
	} {
		want, got := encoded(t, theirs, format, masked), encoded(t, ours, format, masked)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("as %s: (-exporter +page)\n%s", format, diff)
		}
	}
	p.compareLines(t, ours)
}

// compareLines compares what package lines writes of a page with what expfmt writes. The writer is the same for all pages.
func (p *pair) compareLines(t testing.TB, families []*dto.MetricFamily) {
	t.Helper()
	for _, f := range families {
		for _, format := range []expfmt.Format{expfmt.NewFormat(expfmt.TypeTextPlain), expfmt.NewFormat(expfmt.TypeOpenMetrics)} {
			p.lines.OpenMetrics, p.lines.CreatedLines = format.FormatType() == expfmt.TypeOpenMetrics, true
			got, ok := p.lines.AppendFamily(nil, f)
			if !ok {
				continue
			}
			var want bytes.Buffer
			if err := expfmt.NewEncoder(&want, format, expfmt.WithCreatedLines()).Encode(f); err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if diff := cmp.Diff(want.String(), string(got)); diff != "" {
				t.Errorf("as %s: (-expfmt +lines)\n%s", format, diff)
			}
		}
	}
}

// encoded is a page without what the exporter leaves to chance, and without created timestamps, which are ours.
func encoded(t testing.TB, families []*dto.MetricFamily, format expfmt.Format, masked bool) string {
	t.Helper()
	var out bytes.Buffer
	encoder := expfmt.NewEncoder(&out, format)
	for _, f := range families {
		f = proto.Clone(f).(*dto.MetricFamily)
		for _, m := range f.Metric {
			normalize(m, masked)
		}
		slices.SortStableFunc(f.Metric, func(a, b *dto.Metric) int {
			if len(a.Label) != len(b.Label) || !slices.EqualFunc(a.Label, b.Label, func(x, y *dto.LabelPair) bool { return x.GetValue() == y.GetValue() }) {
				return 0
			}
			return strings.Compare(labelNames(a), labelNames(b))
		})
		if err := encoder.Encode(f); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
	}
	return strings.ReplaceAll(out.String(), ":  ", ": ") // prototext puts spaces at random
}

func labelNames(m *dto.Metric) string {
	var b strings.Builder
	for _, l := range m.Label {
		b.WriteString(l.GetName() + "\xff")
	}
	return b.String()
}

func normalize(m *dto.Metric, masked bool) {
	var exemplars []*dto.Exemplar
	if c := m.Counter; c != nil {
		c.CreatedTimestamp = nil
		exemplars = append(exemplars, c.Exemplar)
		if masked {
			c.Value, c.Exemplar = nil, nil
		}
	}
	if h := m.Histogram; h != nil {
		h.CreatedTimestamp = nil
		exemplars = append(exemplars, h.Exemplars...)
		for _, b := range h.Bucket {
			exemplars = append(exemplars, b.Exemplar)
		}
		if masked {
			m.Histogram = &dto.Histogram{}
		}
	}
	if m.Gauge != nil && masked {
		m.Gauge.Value = nil
	}
	for _, e := range exemplars {
		if e != nil {
			slices.SortFunc(e.Label, func(a, b *dto.LabelPair) int { return strings.Compare(a.GetName(), b.GetName()) })
		}
	}
}
