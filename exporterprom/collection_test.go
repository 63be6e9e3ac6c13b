// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// gate is a gatherer without metrics, which counts gatherings and holds them up.
type gate struct {
	mu    sync.Mutex
	count int
	held  chan struct{} // nil: it lets pass
}

func (g *gate) Gather() ([]*dto.MetricFamily, error) {
	g.mu.Lock()
	g.count++
	held := g.held
	g.mu.Unlock()
	if held != nil {
		<-held
	}
	return nil, nil
}

// counted returns an exporter whose page has a counter things_total, and that counter.
func counted(t *testing.T, options ...exporterprom.Option) (*exporterprom.Exporter, metric.Int64Counter) {
	t.Helper()
	prom, err := exporterprom.New(append(options, exporterprom.WithoutRuntimeMetrics())...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader())).Meter("test").Int64Counter("things")
	if err != nil {
		t.Fatal(err)
	}
	c.Add(t.Context(), 1)
	return prom, c
}

func TestConcurrentScrapesShareAGathering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{}
		prom, _ := counted(t, exporterprom.WithGatherer(g))
		before := g.count
		g.held = make(chan struct{})
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				accept := []string{"text/plain", "application/openmetrics-text"}[i%2]
				if page, _ := get(t, prom.Handler(), accept); !strings.Contains(page, "things_total 1") {
					t.Errorf("scrape %d:\n%s", i, page)
				}
			})
		}
		synctest.Wait()
		close(g.held)
		all.Wait()
		if n := g.count - before; n != 1 {
			t.Errorf("16 scrapes at once had %d gatherings, want 1", n)
		}
	})
}

// stuck is a client that does not read.
type stuck struct {
	*httptest.ResponseRecorder
	reading chan struct{}
}

func (s stuck) Write(b []byte) (int, error) {
	<-s.reading
	return s.ResponseRecorder.Write(b)
}

func TestSlowClientHoldsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		prom, c := counted(t)
		slow := stuck{httptest.NewRecorder(), make(chan struct{})}
		var all sync.WaitGroup
		all.Go(func() { prom.Handler().ServeHTTP(slow, httptest.NewRequest(http.MethodGet, "/metrics", nil)) })
		synctest.Wait()
		c.Add(t.Context(), 1)
		if page, _ := get(t, prom.Handler(), ""); !strings.Contains(page, "things_total 2") {
			t.Errorf("beside a client that does not read, the page is old:\n%s", page)
		}
		close(slow.reading)
		all.Wait()
		if !strings.Contains(slow.Body.String(), "things_total 1") {
			t.Errorf("the slow client got\n%s", slow.Body)
		}
	})
}

// TestScrapeAfterAGatheringIsNew: whoever asks while an earlier gathering's families are still in use gets the next one.
func TestScrapeAfterAGatheringIsNew(t *testing.T) {
	prom, c := counted(t)
	for i := 2; i < 20; i++ {
		c.Add(t.Context(), 1)
		if page, _ := get(t, prom.Handler(), ""); !strings.Contains(page, fmt.Sprintf("things_total %d\n", i)) {
			t.Fatalf("scrape %d:\n%s", i, page)
		}
	}
}

func TestGathererGivesCopies(t *testing.T) {
	prom, _ := counted(t)
	families, err := prom.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		*f.Name = "changed"
		for _, m := range f.Metric {
			for _, l := range m.Label {
				*l.Value = "changed"
			}
			if m.Counter != nil {
				*m.Counter.Value = 99
			}
		}
	}
	page, _ := get(t, prom.Handler(), "")
	if strings.Contains(page, "changed") || !strings.Contains(page, "things_total 1") {
		t.Errorf("a caller changed the page:\n%s", page)
	}
}

func TestNamesOfTheQuery(t *testing.T) {
	prom, _ := counted(t)
	w := httptest.NewRecorder()
	prom.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics?name[]=things_total", nil))
	if got := w.Body.String(); !strings.Contains(got, "things_total 1") || strings.Contains(got, "target_info") {
		t.Errorf("name[]=things_total answers\n%s", got)
	}
}

func TestPanickingCallback(t *testing.T) {
	var log bytes.Buffer
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics(), exporterprom.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	panics := false
	if _, err := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader())).Meter("test").Int64ObservableGauge("things",
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			if panics {
				panic("no things today")
			}
			o.Observe(1)
			return nil
		})); err != nil {
		t.Fatal(err)
	}
	for _, panics = range []bool{false, true, false} {
		page, _ := get(t, prom.Handler(), "")
		if strings.Contains(page, "things 1") == panics || !strings.Contains(page, "promhttp_metric_handler_errors_total") {
			t.Errorf("with a panic: %v, the page is\n%s", panics, page)
		}
	}
	if !strings.Contains(log.String(), "no things today") {
		t.Errorf("the panic is not logged:\n%s", log.String())
	}
}

// TestPageWithoutAMeterProvider: before there is one, and after its shutdown, the rest of the page is served.
func TestPageWithoutAMeterProvider(t *testing.T) {
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics(), exporterprom.WithGatherer(program(t, "jobs_total")))
	if err != nil {
		t.Fatal(err)
	}
	served := func(when string, things bool) {
		t.Helper()
		page, _ := get(t, prom.Handler(), "")
		if !strings.Contains(page, "jobs_total 7") || strings.Contains(page, "things_total") != things || strings.Contains(page, "target_info") != things {
			t.Errorf("%s, the page is\n%s", when, page)
		}
	}
	served("before", false)
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()))
	c, err := provider.Meter("test").Int64Counter("things")
	if err != nil {
		t.Fatal(err)
	}
	c.Add(t.Context(), 1, metric.WithAttributes(attribute.String("a", "b")))
	served("with a provider", true)
	if err := provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	served("after the shutdown", false)
}
