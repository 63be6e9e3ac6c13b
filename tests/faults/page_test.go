// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"net/http"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// page is a scraped metrics page: the sum over the series of each counter and gauge, by name.
type page map[string]float64

func scrape(t fataler, url string) page {
	t.Helper()
	resp, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatalf("scrape: %v", err)
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("scrape: %s: %v", resp.Status, err)
	}
	p := page{}
	for name, family := range families {
		for _, m := range family.Metric {
			p[name] += m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return p
}

// fataler is what testing.T and rapid.T have in common.
type fataler interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

var _ fataler = (testing.TB)(nil)

func (p page) events(what string) int64 { return int64(p["otelanalytics_events_"+what+"_total"]) }

func (p page) pending() int64 { return int64(p["otelanalytics_journal_pending"]) }

// balanced checks the sum that the SDK promises of the page of a process that is quiet.
func (p page) balanced(t fataler) {
	t.Helper()
	if p.events("accepted")+p.events("recovered") != p.events("stored")+p.pending()+p.events("quarantined")+p.events("lost") {
		t.Errorf("accepted %d + recovered %d = stored %d + pending %d + quarantined %d + lost %d does not hold",
			p.events("accepted"), p.events("recovered"), p.events("stored"), p.pending(), p.events("quarantined"), p.events("lost"))
	}
	if done := int64(p["done_total"]); done > p.events("accepted") {
		t.Errorf("the event map's counter says %d, and only %d events were accepted", done, p.events("accepted"))
	}
}
