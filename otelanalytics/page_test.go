// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

var update = otelanalytics.Update

// measured are the series whose values differ from run to run.
var measured = regexp.MustCompile(`(?m)^(otelanalytics_journal_size_bytes|otelanalytics_clock_seconds|otelanalytics_start_seconds|otelanalytics_record_delay_seconds|otelanalytics_store_batch_duration_seconds_(?:sum|bucket\S*)|otelanalytics_store_batch_size_(?:bucket\S*|sum)) .*$`)

// TestMetricsPage compares the whole page of a client that has done a bit of everything with a golden file,
// and has Prometheus' own linter look at it.
func TestMetricsPage(t *testing.T) {
	s := start(t, mongotest.Start(t))
	for _, e := range []otelanalytics.Event{
		{Type: "user_logged_in", Data: map[string]any{"auth_method": "email"}},
		{Type: "user_logged_in", Data: map[string]any{"auth_method": "fax"}},
		{Type: "order.paid", Data: map[string]any{"total": map[string]any{"amount": 12.5}, "cart": []string{"a"}}},
		{Type: "order.paid", Data: map[string]any{"total": map[string]any{"amount": -1}}},
		{Type: "undeclared"},
		{Type: "page_viewed", Key: "k"},
		{Type: "page_viewed", Key: "k"},
	} {
		if err := s.client.Track(t.Context(), e, otelanalytics.WithAck(otelanalytics.AckStored)); err != nil {
			t.Fatal(err)
		}
	}
	_ = s.client.Track(t.Context(), otelanalytics.Event{Type: "page_viewed", Data: func() {}})
	s.flush()
	page := s.page("text/plain")
	problems, err := promlint.New(strings.NewReader(page)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("promlint: %s: %s", p.Metric, p.Text)
	}
	page = measured.ReplaceAllString(page, "$1 MEASURED")
	if *update {
		if err := os.WriteFile("testdata/page.txt", []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/page.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
