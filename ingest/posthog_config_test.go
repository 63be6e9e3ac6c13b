// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestPostHogSettings: clients are told to record nothing but events, and to load nothing.
func TestPostHogSettings(t *testing.T) {
	s := newService(t, nil)
	for name, tt := range map[string]struct{ method, target, body, media string }{
		"configuration":    {"GET", "/array/" + webKey + "/config", "", "application/json"},
		"as a script":      {"GET", "/array/" + webKey + "/config.js", "", "text/javascript; charset=utf-8"},
		"by the query":     {"GET", "/config?token=" + webKey, "", "application/json"},
		"flags":            {"POST", "/flags/?v=2&config=true", `{"token":"` + webKey + `","distinct_id":"u"}`, "application/json"},
		"flags of servers": {"POST", "/flags/?v=2", `{"api_key":"` + webKey + `"}`, "application/json"},
		"decide":           {"POST", "/decide/?v=3", gzipped(`{"token":"` + webKey + `","distinct_id":"u"}`), "application/json"},
		"flags with GET":   {"GET", "/flags?token=" + webKey, "", "application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body)))
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != tt.media {
				t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
			}
			text := w.Body.String()
			if strings.HasSuffix(tt.target, ".js") {
				const before = `c["web-key"]={config:`
				text = text[strings.Index(text, before)+len(before) : strings.Index(text, `,siteApps:[]};`)]
			}
			var got map[string]any
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			for _, off := range []string{"sessionRecording", "heatmaps", "hasFeatureFlags", "autocapture_opt_out", "capturePerformance"} {
				if got[off] != false {
					t.Errorf("%s is %v", off, got[off])
				}
			}
			if _, there := got["surveys"]; there {
				t.Error("posthog-js loads a script for surveys, whatever they are")
			}
			if flags, ok := got["featureFlags"].(map[string]any); tt.method == "POST" && (!ok || len(flags) > 0 || got["errorsWhileComputingFlags"] != false) {
				t.Errorf("flags: %v", got)
			}
		})
	}
}

// TestPostHogSettingsOfNobody: an unknown key learns nothing, and stands in no script.
func TestPostHogSettingsOfNobody(t *testing.T) {
	s := newService(t, nil)
	for target, status := range map[string]int{
		"/array/another/config": http.StatusNotFound, "/array/another/config.js": http.StatusNotFound, "/config": http.StatusNotFound,
		"/array//config": http.StatusNotFound, "/array/" + webKey + "/array.js": http.StatusNotFound, "/array/" + webKey + "/config/x": http.StatusNotFound,
		"/flags": http.StatusUnauthorized,
	} {
		if a := s.do(httptest.NewRequest(http.MethodGet, target, nil)); a.Code != status || strings.Contains(a.Body.String(), "another") {
			t.Errorf("%s: %d %s", target, a.Code, a.Body)
		}
	}
	if a := s.post("/flags/", "", `{"token":"another"}`); a.Code != http.StatusUnauthorized {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}
