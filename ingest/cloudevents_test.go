// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

func cloudRequest(path, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("X-Write-Key", serverKey)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// TestCloudEvents sends one event in each content mode, twice.
func TestCloudEvents(t *testing.T) {
	const envelope = `{"specversion":"1.0","id":"7","source":"/shop","type":"Order Completed","time":"2026-01-02T03:04:05Z","userid":"u-1","groupid":"g ü","data":{"total":2}}`
	for name, request := range map[string]func() *http.Request{
		"structured": func() *http.Request {
			return cloudRequest("/v1/events", envelope, "Content-Type", "application/cloudevents+json; charset=utf-8")
		},
		"batched": func() *http.Request {
			return cloudRequest("/v1/events", "["+envelope+"]", "Content-Type", "application/cloudevents-batch+json")
		},
		"binary": func() *http.Request {
			return cloudRequest("/v1/events", `{"total":2}`, "Content-Type", "application/json", "ce-specversion", "1.0", "ce-id", "7", "ce-source", "/shop",
				"ce-type", "Order%20Completed", "ce-time", "2026-01-02T03:04:05Z", "ce-userid", "u-1", "ce-groupid", "g%20%C3%BC")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			for range 2 {
				if a := s.do(request()); a.Code != http.StatusOK || a.Refused != 0 {
					t.Fatalf("%d %s", a.Code, a.Body)
				}
			}
			want := []analyticstest.Event{{
				Key: "/shop 7", Type: "Order Completed", UserID: "u-1", GroupID: "g ü", Module: "backend",
				Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Data: data{"total": 2},
			}}
			if diff := cmp.Diff(want, s.Events("order_completed"), cmpopts.IgnoreFields(analyticstest.Event{}, "Document")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestRefusedCloudEvents(t *testing.T) {
	s := newService(t, nil)
	for body, message := range map[string]string{
		`{"specversion":"0.3","id":"7","source":"/s","type":"page"}`:                      "specversion is not 1.0, the only version of CloudEvents that is taken",
		`{"specversion":"1.0","id":"7","source":"","type":"page"}`:                        "id, source or type is missing; CloudEvents requires them",
		`{"specversion":"1.0","id":"7","source":"/s","type":"page","data_base64":"AAAA"}`: "data_base64 holds binary data; only JSON objects can be stored",
		`{"specversion":"1.0","id":"7","source":"/s","type":"page","data":"text"}`:        "want a JSON object",
		`{"specversion":"1.0","id":"7","source":"/s","type":"page","time":"01/02/2026"}`:  "want a time such as 2026-01-02T15:04:05.000Z, or milliseconds since 1970 as a number",
	} {
		a := s.do(cloudRequest("/v1/events", body, "Content-Type", "application/cloudevents+json"))
		if a.Code != http.StatusOK || a.Refused != 1 || a.Events[0].Reason != ingest.ReasonMalformed || a.Events[0].Message != message {
			t.Errorf("%s\n%d %s", body, a.Code, a.Body)
		}
	}
	for _, r := range []*http.Request{
		cloudRequest("/v1/events", "\x00\x01", "ce-specversion", "1.0", "ce-id", "7", "ce-source", "/s", "ce-type", "page"),
		cloudRequest("/v1/events", "{}", "ce-specversion", "1.0", "ce-id", "%zz"),
	} {
		if a := s.do(r); a.Code != http.StatusBadRequest {
			t.Errorf("%v: %d %s", r.Header, a.Code, a.Body)
		}
	}
	if n := len(s.Events("page")); n != 0 {
		t.Errorf("%d events", n)
	}
}

// TestJitsuAddresses: Jitsu's clients send Segment's messages to addresses of their own, with the key in a header.
func TestJitsuAddresses(t *testing.T) {
	s := newService(t, nil)
	for _, path := range []string{"/api/s/track", "/api/s/s2s/track", "/api/s/track/"} {
		if a := s.do(cloudRequest(path, `{"type":"track","event":"order_completed","userId":"u"}`)); a.Code != http.StatusOK || a.Refused != 0 {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
	if n := len(s.Events("order_completed")); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}
