// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// keyed makes a request whose places have keys; an empty one has none. The event is a payout, which only the secret source may send.
func keyed(path, authorization, header, inBody, inQuery string) *http.Request {
	body := `{"KEY":"` + inBody + `","userId":"u","distinct_id":"u","event":"payout","batch":[{"type":"track","userId":"u","distinct_id":"u","event":"payout"}]}`
	name := "writeKey"
	switch {
	case path == "/v1/events":
		body = `{"event_type":"payout","user_id":"u"}`
	case strings.HasPrefix(path, "/i/"), path == "/e", path == "/batch", path == "/flags":
		name = "api_key"
	}
	if inQuery != "" {
		path += "?token=" + inQuery
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(strings.Replace(body, "KEY", name, 1)))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	if header != "" {
		r.Header.Set("X-Write-Key", header)
	}
	return r
}

// unrelated are values of Authorization that no source knows.
func unrelated() map[string]string {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.SetBasicAuth("staging", "password")
	return map[string]string{"Basic": r.Header.Get("Authorization"), "Bearer": "Bearer of-a-proxy", "another scheme": "Digest x", "empty Bearer": "Bearer "}
}

// TestAnUnknownKeyHidesNone: each place is tried, until one names a source.
func TestAnUnknownKeyHidesNone(t *testing.T) {
	for scheme, authorization := range unrelated() {
		for _, path := range []string{"/v1/track", "/v1/batch", "/v1/import", "/api/s/track", "/v1/events", "/e", "/batch", "/flags", "/i/v1/analytics/events"} {
			places := map[string]*http.Request{"X-Write-Key": keyed(path, authorization, serverKey, "nobody's", "nobody's")}
			if path != "/v1/events" && !strings.HasPrefix(path, "/i/v1") { // their keys are in headers alone
				places["the body"] = keyed(path, authorization, "", serverKey, "")
				places["the body, behind two"] = keyed(path, authorization, "nobody's", serverKey, "nobody's")
			}
			if path == "/e" || path == "/batch" || path == "/flags" {
				places["the query"] = keyed(path, authorization, "nobody's", "nobody's", serverKey)
			}
			for place, r := range places {
				t.Run(scheme+path+" "+place, func(t *testing.T) {
					s := newService(t, nil)
					a := s.do(r)
					if a.Code != http.StatusOK || a.Refused != 0 {
						t.Errorf("%d %s", a.Code, a.Body)
					}
					if n := len(s.Events("payout")); path != "/flags" && n != 1 {
						t.Errorf("%d events", n)
					}
				})
			}
		}
	}
}

// TestTheFirstKeyDecides: keys of other sources behind it open nothing.
func TestTheFirstKeyDecides(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"a secret key in the body":              keyed("/v1/batch", "Bearer "+webKey, "", serverKey, ""),
		"in the header":                         keyed("/v1/batch", "Bearer "+webKey, serverKey, serverKey, ""),
		"in the body, behind an unknown one":    keyed("/v1/batch", "Bearer x", webKey, serverKey, ""),
		"in the body of a client of PostHog's":  keyed("/batch", "Bearer x", webKey, serverKey, serverKey),
		"in the query, behind that of the body": keyed("/batch", "Bearer x", "", webKey, serverKey),
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			a := s.do(r)
			if a.Code != http.StatusOK || a.Refused != 1 || a.Events[0].Reason != ingest.ReasonType || len(s.Events("payout")) != 0 {
				t.Errorf("%d %s", a.Code, a.Body)
			}
		})
	}
}

// TestRequestsOfNobodyCost: whatever is wrong with a request whose headers have unknown keys alone, it counts as one without a source,
// under key.
func TestRequestsOfNobodyCost(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	s := newService(t, func(c *ingest.Config) {
		c.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		c.Sources[1].RatePerIP, c.Sources[1].Rate = 0.1, 0.1
	})
	n := int64(0)
	for _, path := range []string{"/v1/track", "/v1/batch", "/v1/events", "/batch", "/i/v1/analytics/events"} {
		for name, body := range map[string]string{
			"no key": `{"batch":[]}`, "an unknown key": `{"writeKey":"x","api_key":"x","batch":[]}`, "no JSON": `{"batch":`,
			"broken gzip": "\x1f\x8b\x08broken", "nothing": "", "too large": `{"x":"` + strings.Repeat(" ", 21<<20) + `"}`,
		} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer of-a-proxy")
			if a := s.do(r); a.Code != http.StatusUnauthorized || a.Message != "no source has this write key; use one whose hash is among the keys of a source" {
				t.Errorf("%s with %s: %d %s", path, name, a.Code, a.Body)
			}
			n++
		}
	}
	want := map[string]int64{
		ownmetrics.IngestEventsAccepted.Name + " web": 0, ownmetrics.IngestEventsAccepted.Name + " backend": 0,
		ownmetrics.IngestRequestsAccepted.Name + " web": 0, ownmetrics.IngestRequestsAccepted.Name + " backend": 0,
		ownmetrics.IngestRequestsRefused.Name + " key ": n,
	}
	if diff := cmp.Diff(want, counts(t, reader)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if a := s.do(keyed("/v1/track", "Bearer "+serverKey, "", "", "")); a.Code != http.StatusOK {
		t.Errorf("refused requests cost the rate of a source: %d %s", a.Code, a.Body)
	}
}
