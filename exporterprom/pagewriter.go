// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"net/http"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// pageWriter writes answers as promhttp's handler writes them. It writes pages of text without compression itself, as long
// as nothing goes wrong, and leaves everything else to promhttp.
type pageWriter struct {
	gatherer prometheus.TransactionalGatherer
	options  promhttp.HandlerOpts
	promhttp http.Handler
	formats  []expfmt.Format // that promhttp negotiates
	encoder  []expfmt.EncoderOption
}

func newPageWriter(g prometheus.TransactionalGatherer, o promhttp.HandlerOpts) *pageWriter {
	o.AcceptedFormats = expfmt.DefaultOpenMetricsAcceptedFormats()
	w := &pageWriter{gatherer: g, options: o, promhttp: promhttp.HandlerForTransactional(g, o), formats: o.AcceptedFormats}
	if o.EnableOpenMetricsTextCreatedSamples {
		w.encoder = append(w.encoder, expfmt.WithCreatedLines())
	}
	return w
}

func (w *pageWriter) write(a *answer, r *http.Request) {
	format := expfmt.NegotiateAccept(r.Header, w.formats...)
	kind, encoding := format.FormatType(), r.Header.Get(acceptEncoding)
	if kind != expfmt.TypeTextPlain && kind != expfmt.TypeOpenMetrics || encoding != "" && encoding != "identity" {
		w.promhttp.ServeHTTP(a, r)
		return
	}
	families, done, err := w.gatherer.Gather()
	defer done()
	a.Header() // the gathering is over
	if err == nil && w.encode(a, chosen(families, r), format) {
		a.Header()["Vary"] = []string{"Accept", acceptEncoding}
		a.Header().Set("Content-Type", string(format))
		return
	}
	a.page = a.page[:0]
	promhttp.HandlerForTransactional(gathered{families, err}, w.options).ServeHTTP(a, r) // logs, counts and answers errors
}

// encode writes families, and returns false when one cannot be encoded.
func (w *pageWriter) encode(a *answer, families []*dto.MetricFamily, format expfmt.Format) bool {
	a.lines.OpenMetrics, a.lines.CreatedLines = format.FormatType() == expfmt.TypeOpenMetrics, w.options.EnableOpenMetricsTextCreatedSamples
	encoder := expfmt.NewEncoder(&a.memory, format, w.encoder...)
	for _, f := range families {
		var ok bool
		if a.page, ok = a.lines.AppendFamily(a.page, f); !ok && encoder.Encode(f) != nil {
			return false
		}
	}
	closer, ok := encoder.(expfmt.Closer)
	return !ok || closer.Close() == nil
}

// chosen returns the families that a request asks for by name[], or all.
func chosen(families []*dto.MetricFamily, r *http.Request) []*dto.MetricFamily {
	if r.URL == nil {
		return families
	}
	names := r.URL.Query()["name[]"]
	if len(names) == 0 {
		return families
	}
	var some []*dto.MetricFamily
	for _, f := range families {
		if slices.Contains(names, f.GetName()) {
			some = append(some, f)
		}
	}
	return some
}

// gathered is a gathering that is over.
type gathered struct {
	families []*dto.MetricFamily
	err      error
}

func (g gathered) Gather() ([]*dto.MetricFamily, func(), error) { return g.families, func() {}, g.err }
