// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const shopMap = `
version: 1
metrics:
  user_logins:
    instrument: counter
    description: Logins.
    attributes:
      auth_method: {values: [email, google]}
  orders:
    instrument: counter
    description: Orders by what happened to them.
    attributes: {event: {limit: 10}}
  order_value:
    instrument: histogram
    description: Value of orders.
    unit: EUR
    buckets: [10, 100]
  cart_items:
    instrument: histogram
    description: Articles in a cart.
    number: int
    buckets: [1, 5]
  requests:
    instrument: counter
    description: Requests.
    attributes: {method: {values: [GET, POST]}}
events:
  user_logged_in: {record: [{metric: user_logins}]}
  "order.*":
    record:
      - {metric: orders, from: {event: $type}}
      - {metric: order_value, value: total.amount}
      - {metric: cart_items, value: cart.$size}
  page_viewed: {}
  request: {store: false, record: [{metric: requests}]}
`

func parse(t testing.TB) *eventmap.Map {
	t.Helper()
	m, err := eventmap.Parse([]byte(shopMap))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// service is a client with everything around it.
type service struct {
	t          testing.TB
	client     *otelanalytics.Client
	prom       *exporterprom.Exporter
	eventMap   *eventmap.Map // nil: shopMap
	collection *mongo.Collection
	log        *syncBuffer
	dir        string
	abandon    bool // there is no MongoDB: leave pending what is pending
}

// start runs a service with a store on the server's fresh database.
func start(t testing.TB, server *mongotest.Server, options ...otelanalytics.Option) *service {
	t.Helper()
	db := server.Database(t)
	s := &service{t: t, dir: t.TempDir(), log: new(syncBuffer), collection: db.Collection(mongostore.DefaultCollection)}
	store, err := mongostore.Open(t.Context(), mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: s.dir, Logger: s.logger(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.run(append([]otelanalytics.Option{otelanalytics.WithStore(store)}, options...)...)
	return s
}

// startWithoutStore runs a service that has metrics alone.
func startWithoutStore(t testing.TB) *service {
	s := &service{t: t, log: new(syncBuffer)}
	s.run()
	return s
}

func (s *service) run(options ...otelanalytics.Option) {
	s.t.Helper()
	var err error
	s.prom, err = exporterprom.New(exporterprom.WithoutRuntimeMetrics(), exporterprom.WithoutTargetInfo())
	if err != nil {
		s.t.Fatal(err)
	}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(s.prom.Reader()))
	options = append([]otelanalytics.Option{
		otelanalytics.WithMeterProvider(provider),
		otelanalytics.WithLogger(s.logger()),
		otelanalytics.WithResource(resource.NewSchemaless(attribute.String("service.name", "shop"), attribute.String("service.version", "1.2"))),
	}, options...)
	if s.eventMap == nil {
		s.eventMap = parse(s.t)
	}
	s.client, err = otelanalytics.New(s.eventMap, options...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if s.abandon {
			cancel()
		}
		if err := s.client.Shutdown(ctx); err != nil && !s.abandon {
			s.t.Errorf("shutdown: %v", err)
		}
	})
}

func (s *service) logger() *slog.Logger { return slog.New(slog.NewTextHandler(s.log, nil)) }

func (s *service) flush() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	if err := s.client.Flush(ctx); err != nil {
		s.t.Fatal(err)
	}
}

// documents returns what is in MongoDB after a flush, oldest first.
func (s *service) documents() []bson.D {
	s.t.Helper()
	s.flush()
	cursor, err := s.collection.Find(s.t.Context(), bson.D{})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []bson.D
	if err := cursor.All(s.t.Context(), &all); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// page returns the metrics page.
func (s *service) page(accept string) string {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	s.prom.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		s.t.Fatalf("metrics: status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// has checks that lines are on the metrics page.
func (s *service) has(lines ...string) {
	s.t.Helper()
	page := s.page("")
	for _, line := range lines {
		if !strings.Contains("\n"+page, "\n"+line+"\n") {
			name, _, _ := strings.Cut(line, "{")
			name, _, _ = strings.Cut(name, " ")
			s.t.Errorf("not on the page: %s\n%s", line, grep(page, name))
		}
	}
}

func grep(page, name string) string {
	var b strings.Builder
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, name) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// balanced checks the sum that DESIGN promises, on the page.
func (s *service) balanced() {
	s.t.Helper()
	page := s.values()
	n := func(what string) float64 { return page["otelanalytics_events_"+what+"_total"] }
	if n("accepted")+n("recovered") != n("stored")+page["otelanalytics_journal_pending"]+n("quarantined")+n("lost") {
		s.t.Errorf("accepted + recovered = stored + pending + quarantined + lost does not hold on the page:\n%s", grep(s.page(""), "otelanalytics_"))
	}
	st := s.client.Stats()
	if st.Accepted+st.Recovered != st.Stored+st.Pending+st.Quarantined+st.Lost {
		s.t.Errorf("accepted + recovered = stored + pending + quarantined + lost does not hold: %+v", st)
	}
}

// values returns the numbers of the page, summed over the series of each metric.
func (s *service) values() map[string]float64 {
	s.t.Helper()
	values := map[string]float64{}
	for line := range strings.Lines(s.page("")) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, _, _ = strings.Cut(name, "{")
		fields := strings.Fields(rest)
		if n, err := strconv.ParseFloat(append(fields, "")[0], 64); err == nil && !strings.HasPrefix(name, "#") {
			values[name] += n
		}
	}
	return values
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
