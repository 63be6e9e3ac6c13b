// SPDX-License-Identifier: Apache-2.0

package servicetest

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// T is what testing.TB and the T of package rapid have in common.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Page is a scraped /metrics page.
type Page map[string]*dto.MetricFamily

// Scrape reads the page of a server as Prometheus reads its text format.
func Scrape(t T, url string) Page {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s", url, resp.Status)
	}
	return parse(t, resp.Body)
}

// Read is Scrape for a page in the process of the test.
func Read(t T, page http.Handler) Page {
	t.Helper()
	return parse(t, strings.NewReader(Text(t, page, "")))
}

// Text returns the text of a page in the process of the test. accept asks for a format; empty is the default one.
func Text(t T, page http.Handler, accept string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("metrics: status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func parse(t T, text io.Reader) Page {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	page, err := parser.TextToMetricFamilies(text)
	if err != nil {
		t.Fatalf("the metrics page: %v", err)
	}
	return page
}

// Sum returns the sum over the series of a counter or a gauge. It is 0 for one that is not on the page.
func (p Page) Sum(name string) float64 {
	var sum float64
	for _, m := range p[name].GetMetric() {
		sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + m.GetUntyped().GetValue()
	}
	return sum
}

// Values returns the numbers of all families whose names begin with prefix, by
// series: NAME{label="value",…} for counters and gauges, and for histograms
// NAME_count, NAME_sum and NAME_bucket with the label le.
func (p Page) Values(prefix string) map[string]float64 {
	values := map[string]float64{}
	for name, family := range p {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		for _, m := range family.Metric {
			labels := map[string]string{}
			for _, l := range m.Label {
				labels[l.GetName()] = l.GetValue()
			}
			switch {
			case m.Counter != nil:
				values[Series(name, labels)] = m.Counter.GetValue()
			case m.Gauge != nil:
				values[Series(name, labels)] = m.Gauge.GetValue()
			case m.Histogram != nil:
				values[Series(name+"_count", labels)] = float64(m.Histogram.GetSampleCount())
				values[Series(name+"_sum", labels)] = m.Histogram.GetSampleSum()
				for _, b := range m.Histogram.Bucket {
					labels["le"] = Bound(b.GetUpperBound())
					values[Series(name+"_bucket", labels)] = float64(b.GetCumulativeCount())
				}
			}
		}
	}
	return values
}

// Bound returns the le label of a bucket.
func Bound(upper float64) string {
	if math.IsInf(upper, 1) {
		return "+Inf"
	}
	return fmt.Sprint(upper)
}

// Series returns a series as Values names it.
func Series(name string, labels map[string]string) string {
	if len(labels) == 0 {
		return name
	}
	pairs := make([]string, 0, len(labels))
	for k, v := range labels {
		pairs = append(pairs, fmt.Sprintf("%s=%q", k, v))
	}
	sort.Strings(pairs)
	return name + "{" + strings.Join(pairs, ",") + "}"
}
