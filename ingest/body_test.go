// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/ingest"
)

// TestSlowBodies: a body that does not arrive is given up, and so is the connection, whatever the reason is why it is not read.
func TestSlowBodies(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.BodyTimeout = 100 * time.Millisecond })
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	for name, tt := range map[string]struct {
		key, length string
		status      string
	}{
		"no key":             {"", "Content-Length: 1000", "408"},
		"a key":              {"X-Write-Key: " + webKey + "\r\n", "Content-Length: 1000", "408"},
		"an unknown key":     {"X-Write-Key: another\r\n", "Content-Length: 1000", "401"},
		"larger than it may": {"", "Content-Length: 10000000", "413"},
		"chunked":            {"", "Transfer-Encoding: chunked", "408"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			if _, err := fmt.Fprintf(c, "POST /v1/batch HTTP/1.1\r\nHost: x\r\n%s%s\r\n\r\n", tt.key, tt.length); err != nil {
				t.Fatal(err)
			}
			_ = c.SetReadDeadline(time.Now().Add(time.Minute))
			all := bufio.NewReader(c)
			a, err := http.ReadResponse(all, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(a.Status, tt.status) {
				t.Errorf("%s, want %s", a.Status, tt.status)
			}
			_, _ = io.Copy(io.Discard, a.Body)
			if _, err := all.ReadByte(); err != io.EOF {
				t.Errorf("the connection is not closed: %v", err)
			}
		})
	}
}

// TestBodiesWithoutAKey: they share half of the memory, so that those with a key are still read.
func TestBodiesWithoutAKey(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.MaxBytesInFlight = 64 << 10 })
	body := `{"writeKey":"` + webKey + `","batch":[` + strings.Repeat(" ", 40<<10) + `]}`
	if a := s.post("/v1/batch", "", body); a.Code != http.StatusTooManyRequests {
		t.Errorf("without a key: %d %s", a.Code, a.Body)
	}
	if a := s.post("/v1/batch", webKey, body); a.Code != http.StatusOK {
		t.Errorf("with a key: %d %s", a.Code, a.Body)
	}
}

// TestElementsOfABatch: what looks like the end of an element within a text is none.
func TestElementsOfABatch(t *testing.T) {
	s := newService(t, nil)
	event := `{"event_type":"page","event_data":{"a":"],[{\\\"","b":[[1,2],{"c":","}]}}`
	for body, n := range map[string]int{
		"[]": 0, " [ ] ": 0, "[" + event + "]": 1, "[ " + event + " ,\n" + event + "\t]": 2,
	} {
		before := len(s.Events("page"))
		if a := s.post("/v1/events", serverKey, body); a.Code != http.StatusOK || a.Refused != 0 {
			t.Errorf("%s: %d %s", body, a.Code, a.Body)
		}
		if got := len(s.Events("page")) - before; got != n {
			t.Errorf("%s: %d events, want %d", body, got, n)
		}
	}
}

// TestManyElementsTakeLittleMemory: a body of very many small elements is not made into as many values.
func TestManyElementsTakeLittleMemory(t *testing.T) {
	s := newService(t, nil)
	for _, tt := range []struct{ path, body string }{
		{"/v1/batch", `{"batch":[1` + strings.Repeat(",1", 250_000) + `]}`},
		{"/v1/events", `[1` + strings.Repeat(",1", 2_000_000) + `]`},
	} {
		before := allocated()
		a := s.post(tt.path, webKey, tt.body)
		used := allocated() - before
		if a.Code != http.StatusOK || a.Refused < 250_000 {
			t.Fatalf("%d: %d refused", a.Code, a.Refused)
		}
		if most := uint64(8 * len(tt.body)); used > most {
			t.Errorf("%s: %d bytes are allocated for a body of %d, want %d at most", tt.path, used, len(tt.body), most)
		}
	}
}
