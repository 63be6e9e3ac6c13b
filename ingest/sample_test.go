// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// TestStoreSample: a source stores a part of a type, by the name that its clients send, too; metrics and answers are about all.
func TestStoreSample(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.Sources[1].StoreSample = map[string]float64{"order_completed": 0.25} })
	const n = 400
	var batch []string
	for i := range n {
		batch = append(batch, fmt.Sprintf(`{"type":"track","event":"Order Completed","userId":"u","messageId":"m-%d"}`, i), `{"type":"page","userId":"u"}`)
	}
	for range 2 { // what is sent again is stored again, or left out again
		if a := s.post("/v1/batch", serverKey, `{"batch":[`+strings.Join(batch, ",")+`]}`); a.Refused != 0 {
			t.Fatal(a.Body)
		}
	}
	orders := s.Events("order_completed")
	if len(orders) < n/8 || len(orders) > n/2 || len(s.Events("page")) != 2*n || s.Delta("orders") != n {
		t.Errorf("%d of %d orders and %d pages are stored, %v orders are counted", len(orders), n, len(s.Events("page")), s.Delta("orders"))
	}
	for _, e := range orders {
		if rate, _ := e.Document.Lookup("sample_rate").DoubleOK(); rate != 0.25 {
			t.Errorf("sample_rate %v", rate)
		}
	}
}

func TestWrongStoreSample(t *testing.T) {
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		t.Fatal(err)
	}
	_, err = ingest.New(analyticstest.New(t, m).Client, ingest.Config{Sources: []ingest.Source{{
		Name: "web", Keys: []ingest.KeyHash{ingest.HashKey("k")}, StoreSample: map[string]float64{"Order Completed": 0.5, "page": 2, "screen": 0},
	}}})
	want := `ingest: source "web": StoreSample has "Order Completed", which the event map does not declare
ingest: source "web": StoreSample of "page" is 2; want a part of all events, above 0 and 1 at most
ingest: source "web": StoreSample of "screen" is 0; want a part of all events, above 0 and 1 at most`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
}
