// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text)) // to memory
	_ = z.Close()
	return b.String()
}

// bomb is an event and 64 MiB of spaces, which take long to compress.
var bomb = sync.OnceValue(func() string { return gzipped(posthogEvent + strings.Repeat(" ", 64<<20)) })

const (
	posthogEvent = `{"event":"order_completed","distinct_id":"u","properties":{"token":"` + webKey + `","total":2}}`
	// posthogEventLZ64 is posthogEvent as lz-string 1.5.0 makes it with compressToBase64.
	posthogEventLZ64 = "N4IgpgbmB2AuIC4QHsBOATMqD6BjZAtgA4A2YsY6IANCOgJYDOs90us29VSArjSEVTIiWFmEaJQsZAGsYiEAHcwAIwC0cgJ79psAIYlEAJgC+JoA"
)

// TestPostHogBodies: an event arrives, however a client wraps and labels it.
func TestPostHogBodies(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	form := "application/x-www-form-urlencoded"
	for name, tt := range map[string]struct {
		method, target, media, body string
	}{
		"an event":                  {"POST", "/capture/", "application/json", posthogEvent},
		"labelled as text":          {"POST", "/e/", "text/plain", posthogEvent},
		"an array":                  {"POST", "/i/v0/e/", "", "[" + posthogEvent + "]"},
		"a batch":                   {"POST", "/batch", "", `{"api_key":"` + webKey + `","batch":[` + posthogEvent + `]}`},
		"white space around":        {"POST", "/batch", "", " \n[ " + posthogEvent + " ]\n"},
		"gzip":                      {"POST", "/e/?compression=gzip-js&ver=1.449.2", "text/plain", gzipped(posthogEvent)},
		"gzip without a label":      {"POST", "/track", form, gzipped(posthogEvent)},
		"base64":                    {"POST", "/e/?compression=base64", "", b64([]byte(posthogEvent))},
		"base64 for addresses":      {"POST", "/e/", "", base64.URLEncoding.EncodeToString([]byte(posthogEvent))},
		"base64 in a form":          {"POST", "/e/?compression=base64", form, "data=" + url.QueryEscape(b64([]byte(posthogEvent)))},
		"a form without an escape":  {"POST", "/e/", form, "ver=1&data=" + b64([]byte(posthogEvent))},
		"JSON in a form":            {"POST", "/e/", form, "data=" + url.QueryEscape(posthogEvent)},
		"gzip in base64 in a form":  {"POST", "/e/", form, "data=" + url.QueryEscape(b64([]byte(gzipped(posthogEvent))))},
		"gzip in gzip":              {"POST", "/e/", form, gzipped(gzipped(posthogEvent))},
		"lz64":                      {"POST", "/e/?compression=lz64", "", posthogEventLZ64},
		"lz64 in a form":            {"POST", "/e/", form, "compression=lz64&data=" + url.QueryEscape(posthogEventLZ64)},
		"GET":                       {"GET", "/e?data=" + url.QueryEscape(b64([]byte(posthogEvent))), "", ""},
		"GET of an image":           {"GET", "/capture/?img=1&data=" + url.QueryEscape(posthogEvent), "", ""},
		"GET with lz64":             {"GET", "/capture/?compression=lz64&data=" + url.QueryEscape(posthogEventLZ64), "", ""},
		"the key in the query":      {"POST", "/e/?token=" + webKey, "", `{"event":"order_completed","distinct_id":"u","properties":{"total":2}}`},
		"the key of the event":      {"POST", "/e/", "", `{"$token":"` + webKey + `","event":"order_completed","$distinct_id":"u","properties":{"total":2}}`},
		"the key in the properties": {"POST", "/batch/", "", `{"batch":[{"event":"order_completed","properties":{"token":"` + webKey + `","distinct_id":"u","total":2}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", tt.media)
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			if strings.Contains(tt.target, "img=1") {
				if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/gif" || !strings.HasPrefix(w.Body.String(), "GIF89a") {
					t.Errorf("%d %v", w.Code, w.Header())
				}
			} else if w.Code != http.StatusOK || w.Body.String() != `{"status":1,"success":true}`+"\n" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			events := s.Events("order_completed")
			if len(events) != 1 || events[0].UserID != "u" || events[0].Module != "web" || len(events[0].Data) != 1 || fmt.Sprint(events[0].Data["total"]) != "2" {
				t.Errorf("%+v", events)
			}
		})
	}
}

// TestPostHogBodiesThatAreNone: what cannot be read is 400, and what is too large 413, at any layer.
func TestPostHogBodiesThatAreNone(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	file, err := os.ReadFile("testdata/spaces.lz64") // 2 MiB of them, by lz-string 1.5.0
	if err != nil {
		t.Fatal(err)
	}
	spaces := string(file)
	for name, tt := range map[string]struct {
		target, body string
		status       int
	}{
		"empty":                      {"/e/", "", http.StatusBadRequest},
		"a word":                     {"/e/", "hello", http.StatusBadRequest},
		"half an object":             {"/e/", posthogEvent[:20], http.StatusBadRequest},
		"half a gzip":                {"/e/", gzipped(posthogEvent)[:20], http.StatusBadRequest},
		"wrapped too often":          {"/e/", strings.Repeat("a", 8), http.StatusBadRequest},
		"no lz64":                    {"/e/?compression=lz64", "IZA", http.StatusBadRequest},
		"a batch that is none":       {"/batch/", `{"api_key":"` + webKey + `","batch":{}}`, http.StatusBadRequest},
		"no key":                     {"/batch/", `{"batch":[{"event":"page"}]}`, http.StatusUnauthorized},
		"an unknown key":             {"/batch/", `{"api_key":"another","batch":[]}`, http.StatusUnauthorized},
		"64 MiB in gzip":             {"/e/", bomb(), http.StatusRequestEntityTooLarge},
		"64 MiB in gzip in base64":   {"/e/", b64([]byte(bomb())), http.StatusRequestEntityTooLarge},
		"a long body of lz64":        {"/e/?compression=lz64", strings.Repeat("A", 1<<20+1), http.StatusRequestEntityTooLarge},
		"2 MiB in lz64":              {"/e/?compression=lz64", spaces, http.StatusRequestEntityTooLarge},
		"nothing but a form's field": {"/e/", "data=", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			for range 3 { // memory is given back
				if a := s.post(tt.target, "", tt.body); a.Code != tt.status || a.Success {
					t.Fatalf("%d %s, want %d", a.Code, a.Body, tt.status)
				}
			}
			if n := s.handler.Held(); n != 0 {
				t.Errorf("%d bytes are still held", n)
			}
		})
	}
}

// TestLargePostHogBatches: 20 MB fit without a key in a header, because the body shows one; more do not.
func TestLargePostHogBatches(t *testing.T) {
	s := newService(t, nil)
	event := `{"event":"order_completed","distinct_id":"u","properties":{"filler":"` + strings.Repeat("x", 9_900) + `"}}`
	head := `{"api_key":"` + webKey + `","batch":[`
	full := head + strings.TrimSuffix(strings.Repeat(event+",", 2_000), ",") + "]}"
	for name, body := range map[string]string{"plain": full, "gzip": gzipped(full)} {
		if a := s.post("/batch/", "", body); a.Code != http.StatusOK || a.Refused != 0 {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	if n := len(s.Events("order_completed")); n != 4_000 {
		t.Errorf("%d events", n)
	}
	if a := s.post("/batch/", "", head+strings.Repeat(" ", 21<<20)+"]}"); a.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("21 MiB: %d", a.Code)
	}
	if a := s.post("/batch/", "", head+strings.TrimSuffix(strings.Repeat(`{"event":"page","distinct_id":"u"},`, 2_501), ",")+"]}"); a.Refused != 1 || a.Events[0].Reason != ingest.ReasonTooLarge {
		t.Errorf("2,501 events: %d %s", a.Code, a.Body)
	}
	if a := s.post("/batch/", "", strings.Replace(full, webKey, "another", 1)); a.Code != http.StatusTooManyRequests {
		t.Errorf("20 MB with an unknown key: %d", a.Code)
	}
}
