// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// TestLinesThatAreNoJSON: a line costs itself alone, wherever it stands.
func TestLinesThatAreNoJSON(t *testing.T) {
	const good = `{"event_type":"page"}`
	for _, tt := range []struct {
		name, body string
		accepted   int
		refused    []int
	}{
		{"in the middle", good + "\noops\n" + good + "\n", 2, []int{1}},
		{"first", "oops\n" + good, 1, []int{0}},
		{"last", good + "\noops", 1, []int{1}},
		{"cut off", good + "\n" + `{"event_type":"pa`, 1, []int{1}},
		{"cut off in the middle", good + "\n" + `{"event_type":` + "\n" + good, 2, []int{1}},
		{"an open array behind", good + "\n[\n" + good, 2, []int{1}},
		{"several", "{\n" + good + "\n\n}\r\n" + good + "\r\n:", 2, []int{0, 2, 4}},
		{"behind an object", good + "\n" + good + "x\n" + good, 2, []int{1}},
		{"beside two in one line", good + good + "\noops\n" + good, 3, []int{2}},
		{"beside JSON that is no object", "7\n" + good + "\noops", 1, []int{0, 2}},
		{"bytes that are no text", good + "\n\xff\x00\n" + good, 2, []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, nil)
			a := s.post("/v1/events", serverKey, tt.body)
			var refused []int
			for _, e := range a.Events {
				refused = append(refused, e.Index)
				if e.Reason != ingest.ReasonMalformed || e.Message == "" {
					t.Errorf("%+v", e)
				}
			}
			if a.Code != http.StatusOK || !a.Success || fmt.Sprint(refused) != fmt.Sprint(tt.refused) || a.Refused != len(tt.refused) {
				t.Errorf("%d %s, want %v refused", a.Code, a.Body, tt.refused)
			}
			if n := len(s.Events("page")); n != tt.accepted {
				t.Errorf("%d accepted, want %d", n, tt.accepted)
			}
		})
	}
	for _, body := range []string{"oops\noops", "{\n", good + "x", "{}x\n{", "\n\n", strings.Repeat("x\n", 2_500) + good} {
		s := newService(t, nil)
		if a := s.post("/v1/events", serverKey, body); a.Code != http.StatusBadRequest || a.Message == "" || len(s.Events("page")) != 0 {
			t.Errorf("%.20q: %d %s", body, a.Code, a.Body)
		}
	}
}

// TestManyLinesThatAreNoJSON: they count as events of the request, and their number is exact.
func TestManyLinesThatAreNoJSON(t *testing.T) {
	s := newService(t, nil)
	a := s.post("/v1/events", serverKey, `{"event_type":"page"}`+strings.Repeat("\n[", 1_000_000))
	if a.Code != http.StatusOK || a.Refused != 1_000_000 || len(a.Events) != 100 || len(s.Events("page")) != 1 {
		t.Errorf("%d: %d refused, %d named", a.Code, a.Refused, len(a.Events))
	}
}

// TestCloudEventLines: the structured mode has lines, too.
func TestCloudEventLines(t *testing.T) {
	s := newService(t, nil)
	event := `{"specversion":"1.0","id":"ID","source":"/shop","type":"page"}`
	body := strings.Replace(event, "ID", "1", 1) + "\noops\n" + strings.Replace(event, "ID", "2", 1)
	r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(body))
	r.SetBasicAuth(serverKey, "")
	r.Header.Set("Content-Type", "application/cloudevents+json")
	if a := s.do(r); a.Code != http.StatusOK || a.Refused != 1 || a.Events[0].Index != 1 || len(s.Events("page")) != 2 {
		t.Errorf("%d %s, %d accepted", a.Code, a.Body, len(s.Events("page")))
	}
}
