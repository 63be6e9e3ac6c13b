// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

func TestWindow(t *testing.T) {
	for name, c := range map[string]struct {
		path, config string
		age          time.Duration
		known        bool
	}{
		"none is set":          {"/api/v1/write", "global: {}\n", 0, true},
		"as Prometheus writes": {"/api/v1/write", "storage: {tsdb: {out_of_order_time_window: 1w2d3h}}\n", (9*24 + 3) * time.Hour, true},
		"behind a path":        {"/prometheus/api/v1/write", "storage: {tsdb: {out_of_order_time_window: 30m}}\n", 30 * time.Minute, true},
		"another receiver":     {"/api/v1/push", "storage: {tsdb: {out_of_order_time_window: 30m}}\n", 0, false},
		"no duration":          {"/api/v1/write", "storage: {tsdb: {out_of_order_time_window: long}}\n", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]string{"yaml": c.config}})
			}))
			defer server.Close()
			u, err := url.Parse(server.URL + c.path)
			if err != nil {
				t.Fatal(err)
			}
			if age, known := window(t.Context(), u); age != c.age || known != c.known {
				t.Errorf("got %s, %v; want %s, %v", age, known, c.age, c.known)
			}
		})
	}
}

func TestCoarseStepsAreNoMoreThanPrometheusAnswers(t *testing.T) {
	from := time.Unix(0, 0)
	for _, span := range []time.Duration{0, time.Minute, 24 * time.Hour, 10_000 * 5 * time.Minute, 10 * 365 * 24 * time.Hour} {
		step := coarse(from, from.Add(span))
		if step < 5*time.Minute || span/step > mostSteps || step%time.Second != 0 {
			t.Errorf("%s: %s", span, step)
		}
	}
}
