// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/prometheus/common/expfmt"
)

// asked returns the answer to a scrape that accepts a format and an encoding.
func asked(h http.Handler, accept, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func unpacked(t *testing.T, body io.Reader) []byte {
	t.Helper()
	z, err := gzip.NewReader(body)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCompressedPages(t *testing.T) {
	prom, things := counted(t)
	for _, format := range []string{
		"text/plain", string(expfmt.NewFormat(expfmt.TypeOpenMetrics)), string(expfmt.NewFormat(expfmt.TypeProtoDelim)),
	} {
		for _, c := range []struct{ accepted, sent string }{
			{"", ""},
			{"gzip", "gzip"},
			{"identity", ""},
			{"gzip;q=0", ""},
			{"gzip, deflate", "gzip"},
			{"br", ""},
		} {
			t.Run(format+" "+c.accepted, func(t *testing.T) {
				things.Add(t.Context(), 1)
				plain := asked(prom.Handler(), format, "")
				for range 2 { // the second one has the first one's memory
					w := asked(prom.Handler(), format, c.accepted)
					if sent := w.Header().Get("Content-Encoding"); w.Code != http.StatusOK || sent != c.sent {
						t.Fatalf("status %d, Content-Encoding %q, want 200 and %q", w.Code, sent, c.sent)
					}
					if got, want := w.Header().Get("Content-Type"), plain.Header().Get("Content-Type"); got != want {
						t.Errorf("the type %q, want %q", got, want)
					}
					body := w.Body.Bytes()
					if c.sent == "gzip" {
						body = unpacked(t, w.Body)
					}
					if !bytes.Equal(body, plain.Body.Bytes()) {
						t.Errorf("the page is\n%s\nwant\n%s", body, plain.Body.Bytes())
					}
				}
			})
		}
	}
}

func TestCompressedPagesAtOnce(t *testing.T) {
	prom, _ := counted(t)
	want := asked(prom.Handler(), "text/plain", "").Body.Bytes()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				w := asked(prom.Handler(), "text/plain", "gzip")
				if got := unpacked(t, w.Body); !bytes.Equal(got, want) {
					t.Errorf("the page is\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
	all.Wait()
}
