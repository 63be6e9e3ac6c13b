// SPDX-License-Identifier: Apache-2.0

package faults

import "github.com/otelanalytics/otelanalytics-go/internal/servicetest"

// page is a scraped metrics page.
type page struct{ servicetest.Page }

// fataler is what testing.T and rapid.T have in common.
type fataler interface {
	servicetest.T
	Logf(format string, args ...any)
}

func scrape(t fataler, url string) page {
	t.Helper()
	return page{servicetest.Scrape(t, url+"/metrics")}
}

// done returns what the counter of the event map says.
func (p page) done() int64 { return int64(p.Sum("done_total")) }

// balanced checks the sum that the SDK promises of the page of a process that is quiet.
func (p page) balanced(t fataler) {
	t.Helper()
	p.Balanced(t)
	if p.done() > p.Events("accepted") {
		t.Errorf("the event map's counter says %d, and only %d events were accepted", p.done(), p.Events("accepted"))
	}
}
