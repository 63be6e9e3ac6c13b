// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"bytes"
	"context"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// accept asks for Prometheus' text format.
const accept = "text/plain;version=0.0.4"

// page is the metrics page at one moment.
type page struct {
	at       time.Time // before it was asked for
	families map[string]*dto.MetricFamily
}

func checkPage(ctx context.Context, d *deployment) finding {
	u, _ := parseURL(d.metrics) // looked at with the flags
	p, f := d.read(ctx)
	if f != nil {
		return d.suggest(ctx, *f)
	}
	d.first, d.last = p, p
	return ok("%s: %d metrics", shown(u), len(p.families))
}

// suggest names the pages of the service's process.
func (d *deployment) suggest(ctx context.Context, f finding) finding {
	if d.journal != nil && d.journal.Holder != 0 {
		for _, page := range hint(ctx, d.journal.Holder) {
			f = f.advise("%s: the process that has the journal open serves it", page)
		}
	}
	if len(f.fix) == 0 {
		f = f.advise("give the address of the page with --metrics; the service logs it. Is the service up?")
	}
	return f
}

// read fetches the page.
func (d *deployment) read(ctx context.Context) (*page, *finding) {
	u, _ := parseURL(d.metrics)
	at := time.Now()
	a, f := fetch(ctx, u, accept)
	if f == nil {
		f = refusedBy(u, a)
	}
	if f != nil {
		return nil, f
	}
	if a.kind != "text/plain" && a.kind != "application/openmetrics-text" {
		f := failed("%s is not a metrics page: its content type is %s", shown(u), a.kind)
		return nil, &f
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(a.body))
	if err != nil {
		f := failed("%s is not a metrics page: %v", shown(u), err)
		return nil, &f
	}
	return &page{at: at, families: families}, nil
}

// again reads the page once more, at least pause after it was read last. Without an answer it is the page that there was.
func (d *deployment) again(ctx context.Context, pause time.Duration) *page {
	timer := time.NewTimer(time.Until(d.last.at.Add(pause)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return d.last
	}
	if p, f := d.read(ctx); f == nil {
		d.last = p
	}
	return d.last
}

// name is what the page calls a metric of the meter provider.
func (d *deployment) name(metric string) string {
	if d.namespace == "" {
		return metric
	}
	return strings.TrimSuffix(d.namespace, "_") + "_" + metric
}

// sum adds up the series of a metric; ok is false when there are none.
func (p *page) sum(name string) (total float64, ok bool) {
	family := p.families[name]
	for _, m := range family.GetMetric() {
		total += value(m)
	}
	return total, len(family.GetMetric()) > 0
}

// by adds up the series of a metric by a label.
func (p *page) by(name, label string) map[string]float64 {
	all := make(map[string]float64)
	for _, m := range p.families[name].GetMetric() {
		all[labels(m)[label]] += value(m)
	}
	return all
}

func value(m *dto.Metric) float64 {
	switch {
	case m.Counter != nil:
		return m.Counter.GetValue()
	case m.Gauge != nil:
		return m.Gauge.GetValue()
	case m.Untyped != nil:
		return m.Untyped.GetValue()
	case m.Histogram != nil:
		return float64(m.Histogram.GetSampleCount())
	}
	return 0
}

func labels(m *dto.Metric) map[string]string {
	all := make(map[string]string, len(m.GetLabel()))
	for _, pair := range m.GetLabel() {
		all[pair.GetName()] = pair.GetValue()
	}
	return all
}

// about is a label of target_info, or nothing.
func (p *page) about(label string) string {
	for _, m := range p.families["target_info"].GetMetric() {
		return labels(m)[label]
	}
	return ""
}

// started is when the process started, 0 when the page does not say.
func (p *page) started() float64 {
	at, _ := p.sum("process_start_time_seconds")
	return at
}
