// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
)

// endless is a body that never ends, and that several goroutines may read.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
func (endless) Close() error               { return nil }

// early is a transport that answers at once, and continues to read the request's body and to send early hints from a
// goroutine of its own, as http.Transport does.
type early struct {
	stop    chan struct{}
	reading sync.WaitGroup
}

func (e *early) RoundTrip(r *http.Request) (*http.Response, error) {
	begun := make(chan struct{})
	e.reading.Go(func() {
		for first := true; ; first = false {
			r.Body.Read(make([]byte, 10))
			if trace := httptrace.ContextClientTrace(r.Context()); trace != nil {
				trace.Got1xxResponse(http.StatusEarlyHints, nil)
			}
			if first {
				close(begun)
			}
			select {
			case <-e.stop:
				return
			default:
			}
		}
	})
	<-begun
	return &http.Response{StatusCode: http.StatusRequestEntityTooLarge, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}

// TestBodyReadAfterTheAnswer is for the race detector: a proxy's transport reads the body while the request is recorded.
func TestBodyReadAfterTheAnswer(t *testing.T) {
	transport := &early{stop: make(chan struct{})}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "backend"})
	proxy.Transport = transport
	rec := &recorder{}
	handler := httpinstr.Middleware(rec, "proxy")(proxy)
	for range 20 {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", endless{}))
	}
	close(transport.stop)
	transport.reading.Wait()
	for _, got := range rec.take(t, 20) {
		if got.Status != http.StatusRequestEntityTooLarge || got.Size == 0 {
			t.Errorf("%+v", got)
		}
	}
}

// TestAbandonedHandler is for the race detector: a handler that http.TimeoutHandler gave up reads the body and sets its
// route while the request is recorded.
func TestAbandonedHandler(t *testing.T) {
	stop := make(chan struct{})
	var abandoned sync.WaitGroup
	abandoned.Add(20)
	slow := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		defer abandoned.Done()
		for {
			httpinstr.SetRoute(r.Context(), "/slow")
			io.CopyN(io.Discard, r.Body, 10)
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	rec := &recorder{}
	handler := httpinstr.Middleware(rec, "slow")(http.TimeoutHandler(slow, time.Millisecond, "slow"))
	for range 20 {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/17", endless{}))
	}
	close(stop)
	abandoned.Wait()
	for _, got := range rec.take(t, 20) {
		if got.Status != http.StatusServiceUnavailable || got.Endpoint != "/slow" && got.Endpoint != httpinstr.Unmatched {
			t.Errorf("%+v", got)
		}
	}
}
