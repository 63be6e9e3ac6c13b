// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func metricsPage(t *testing.T, h http.HandlerFunc) *Page {
	t.Helper()
	client, err := otelanalytics.New(servicetest.Map(t, "version: 1\nmetrics: {logins: {instrument: counter}}\nevents: {login: {record: [{metric: logins}]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Shutdown(t.Context()) })
	return Handler(client, WithMetrics(h), WithLogger(slog.New(slog.DiscardHandler)))
}

// TestMetricsHandlersThatFail end neither the process nor the hub: the page says what is wrong, and asks again later.
func TestMetricsHandlersThatFail(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		want    string
	}{
		{"it panics", func(http.ResponseWriter, *http.Request) { panic("secret") }, errEnded.Error()},
		{"it aborts", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, errEnded.Error()},
		{"it ends the goroutine", func(http.ResponseWriter, *http.Request) { runtime.Goexit() }, errEnded.Error()},
		{"it heeds the request's end", func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			w.WriteHeader(http.StatusServiceUnavailable)
		}, "the page of metrics cannot be read"},
		{"it answers 500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, errPage.Error() + ": status 500"},
		{"it is no page of metrics", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>\n") }, errPage.Error() + ": it has another format"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := new(atomic.Int32)
				p := metricsPage(t, func(w http.ResponseWriter, r *http.Request) {
					asked.Add(1)
					tt.handler(w, r)
				})
				m := p.hub.metrics
				if got := m.now().Problem; !strings.HasPrefix(got, tt.want) {
					t.Errorf("the page says %q, want %q", got, tt.want)
				}
				time.Sleep(time.Minute) // of the bubble
				m.sample(time.Now())
				time.Sleep(scrapeTimeout)
				synctest.Wait()
				if asked.Load() != 2 {
					t.Errorf("it was asked %d times, want 2", asked.Load())
				}
			})
		})
	}
}

// TestMetricsHandlerThatHangs is asked once, and nobody waits for it for long.
func TestMetricsHandlerThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		asked := new(atomic.Int32)
		p := metricsPage(t, func(http.ResponseWriter, *http.Request) {
			asked.Add(1)
			<-release
		})
		m := p.hub.metrics
		began := time.Now()
		for range 10 {
			m.sample(time.Now())
			m.mistakes()
			m.past("logins_total")
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("the hub waited %v", took)
		}
		for range 3 {
			if got := m.now().Problem; got != errSlow.Error() {
				t.Errorf("the page says %q", got)
			}
		}
		if took := time.Since(began); took != scrapeTimeout {
			t.Errorf("viewers waited %v, want %v", took, scrapeTimeout)
		}
		if asked.Load() != 1 {
			t.Errorf("it was asked %d times at once", asked.Load())
		}
		close(release)
		synctest.Wait()
	})
}

// TestMetricsPageIsBounded writes without an end, until the writer refuses.
func TestMetricsPageIsBounded(t *testing.T) {
	chunk := []byte(strings.Repeat("# a comment\n", 100_000))
	written := 0
	_, err := scrape(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for written < 2*maxPage {
			n, err := w.Write(chunk)
			if err != nil {
				return
			}
			written += n
		}
	}), slog.New(slog.DiscardHandler))
	if err != errLarge || written > maxPage {
		t.Errorf("%d bytes were kept, %v", written, err)
	}
}

// TestOnlyOwnFamiliesAreKept reads a page with metrics of the service, which the page does not show.
func TestOnlyOwnFamiliesAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := metricsPage(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "# TYPE logins_total counter\nlogins_total 3\n# TYPE go_threads gauge\ngo_threads 9\n")
		})
		m := p.hub.metrics
		m.sample(time.Now())
		synctest.Wait()
		if len(m.read) != 1 || m.read["logins_total"] == nil || len(m.past("logins_total").Series) != 1 {
			t.Errorf("kept %v", m.read)
		}
		m.forget()
		if m.read != nil || len(m.past("logins_total").Times) != 0 {
			t.Error("the numbers are kept while nobody looks")
		}
	})
}
