// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// zstandard compresses a text as posthog-go does: the frame says how many bytes there are.
func zstandard(text string) string {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err) // the options are wrong
	}
	return string(z.EncodeAll([]byte(text), nil))
}

// zstandardStream compresses a text in a frame that does not say how many bytes there are, as posthog-rs does.
func zstandardStream(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range []string{text[:1], text[1:]} { // what comes in one piece has its size
		if _, err := z.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var h zstd.Header
	if err := h.Decode(b.Bytes()); err != nil || h.HasFCS {
		t.Fatalf("%+v, %v: the frame says how many bytes there are", h, err)
	}
	return b.String()
}

// zstdHeader is the beginning of a frame with a window of 1 KiB << log, and so many bytes if size is four bytes.
func zstdHeader(log byte, size string) string {
	descriptor := "\x00"
	if size != "" {
		descriptor = "\x80"
	}
	return "\x28\xb5\x2f\xfd" + descriptor + string([]byte{log << 3}) + size
}

// TestZstd: each door takes zstd, whatever the body is called.
func TestZstd(t *testing.T) {
	const batch = `{"batch":[{"type":"track","event":"order_completed","userId":"u"}]}`
	for name, tt := range map[string]struct{ path, body string }{
		"Segment":           {"/v1/batch", zstandard(batch)},
		"Segment, a stream": {"/v1/batch", zstandardStream(t, batch)},
		"two frames":        {"/v1/batch", zstandard(batch[:20]) + zstandard(batch[20:])},
		"plain":             {"/v1/events", zstandard(`{"event_type":"order_completed","user_id":"u"}`)},
		"PostHog":           {"/batch", zstandard(`{"api_key":"` + webKey + `","batch":[{"event":"order_completed","distinct_id":"u"}]}`)},
		"capture v1":        {"/i/v1/analytics/events", zstandardStream(t, `{"batch":[`+v1Event("a", "order_completed", "")+`]}`)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			if a := s.post(tt.path, webKey, tt.body); a.Code != http.StatusOK || a.Refused != 0 {
				t.Errorf("%d %s", a.Code, a.Body)
			}
			if n := len(s.Events("order_completed")); n != 1 {
				t.Errorf("%d events, want 1", n)
			}
		})
	}
}

// TestHostileZstd: what a body becomes is bounded, and so is the memory that its headers ask for.
func TestHostileZstd(t *testing.T) {
	bomb := strings.Repeat(" ", 64<<20)
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"64 MiB":                             {zstandard(bomb), http.StatusRequestEntityTooLarge},
		"64 MiB in a stream":                 {zstandardStream(t, bomb), http.StatusRequestEntityTooLarge},
		"64 MiB in many frames":              {strings.Repeat(zstandard(bomb[:100<<10]), 640), http.StatusRequestEntityTooLarge},
		"4 GiB are announced":                {zstdHeader(10, "\xff\xff\xff\xff") + "\x01\x00\x00", http.StatusRequestEntityTooLarge},
		"400 KiB are announced":              {zstdHeader(0, "\x00\x40\x06\x00") + "\x01\x00\x00", http.StatusBadRequest},
		"a window of 8 MiB and nothing":      {zstdHeader(13, "") + "\x01\x00\x00", http.StatusBadRequest},
		"a window of 16 MiB":                 {zstdHeader(14, "") + "\x01\x00\x00", http.StatusBadRequest},
		"a window of 2 TiB":                  {zstdHeader(31, "") + "\x01\x00\x00", http.StatusBadRequest},
		"a larger window in a further frame": {zstandard(strings.Repeat(" ", 2<<10)) + zstdHeader(16, "") + "\x01\x00\x00", http.StatusBadRequest},
		"a frame to be skipped of 4 GiB":     {zstandard("{}") + "\x50\x2a\x4d\x18\xff\xff\xff\xff", http.StatusBadRequest},
		"a header alone":                     {"\x28\xb5\x2f\xfd", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, nil)
			s.post("/v1/batch", webKey, tt.body) // the first one fills pools
			before := allocated()
			a := s.post("/v1/batch", webKey, tt.body)
			if used := allocated() - before; used > 11<<20 {
				t.Errorf("%d bytes are allocated", used)
			}
			if a.Code != tt.status || a.Message == "" {
				t.Errorf("%d %s, want %d", a.Code, a.Body, tt.status)
			}
			if n := s.handler.Held(); n != 0 {
				t.Errorf("%d bytes are still held", n)
			}
		})
	}
}

// TestZstdPaysForItsWindow: bodies that ask for a large window cost what it takes, so that they do not add up.
func TestZstdPaysForItsWindow(t *testing.T) {
	body := zstandardStream(t, strings.Repeat("{} ", 100))
	s := newService(t, func(c *ingest.Config) { c.MaxBytesInFlight = 4 << 20 })
	if a := s.post("/v1/events", serverKey, body); a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") != "5" {
		t.Errorf("a window of 8 MiB within 4 MiB: %d %v", a.Code, a.Header())
	}
	if n := s.handler.Held(); n != 0 {
		t.Errorf("%d bytes are still held", n)
	}
}

// TestRefusedCodingIsExplained: the answer names the coding, and the codings that are taken.
func TestRefusedCodingIsExplained(t *testing.T) {
	s := newService(t, nil)
	r := httptest.NewRequest(http.MethodPost, "/i/v1/analytics/events", strings.NewReader("\x0b\x02\x80\x7b\x7d\x03"))
	r.Header.Set("Authorization", "Bearer "+webKey)
	r.Header.Set("Content-Encoding", "br")
	a := s.do(r)
	if a.Code != http.StatusUnsupportedMediaType || a.Header().Get("Accept-Encoding") != "gzip, zstd" || !strings.Contains(a.Message, "br cannot be read here; set the client to gzip, zstd or no compression") {
		t.Errorf("%d %v %s", a.Code, a.Header(), a.Body)
	}
}
