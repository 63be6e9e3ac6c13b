// SPDX-License-Identifier: Apache-2.0

package servicetest

import (
	"fmt"
	"math"
	"net/http"
	"sort"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Page is a scraped /metrics page.
type Page map[string]*dto.MetricFamily

// Scrape reads a /metrics page as Prometheus reads its text format.
func Scrape(t testing.TB, url string) Page {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s", url, resp.Status)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	page, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		t.Fatalf("GET %s: %v", url, err)
	}
	return page
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
