// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/doctor"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const shopMap = `
version: 1
metrics:
  orders: {instrument: counter, description: Orders., attributes: {channel: {values: [web, app]}}}
  open_orders: {instrument: up_down_counter, description: Open orders.}
  order_value: {instrument: histogram, unit: EUR, description: Values of orders., buckets: [10, 100]}
  searches: {instrument: counter, description: Searches., attributes: {term: {limit: 10}}}
events:
  order_placed:
    record:
      - metric: orders
      - {metric: open_orders, value: 1}
      - {metric: order_value, value: value}
  searched:
    record:
      - metric: searches
`

// service is a deployment: a client with a store, its page and its readiness handler, and a MongoDB of its own.
type service struct {
	t      *testing.T
	mongo  *mongotest.Server
	db     *mongo.Database
	client *otelanalytics.Client
	store  *mongostore.Store
	server *httptest.Server
	dir    string
	file   string // the map
}

func newService(t *testing.T, options ...exporterprom.Option) *service {
	t.Helper()
	clean(t)
	s := &service{t: t, mongo: mongotest.Start(t), dir: t.TempDir()}
	s.db = s.mongo.Database(t)
	s.file = s.write("events.yaml", shopMap)
	var err error
	s.store, err = mongostore.Open(t.Context(), mongostore.Config{
		URI: s.mongo.URI(), Database: s.db.Name(), Dir: filepath.Join(s.dir, "data"), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	service := servicetest.Start(t, servicetest.Config{
		Map: servicetest.Map(t, shopMap), Page: options, Client: []otelanalytics.Option{otelanalytics.WithStore(s.store)},
		Resource: resource.NewSchemaless(attribute.String("service.name", "shop"), attribute.String("service.instance.id", "i-1")),
	})
	service.Abandon, s.client = true, service.Client
	mux := http.NewServeMux()
	mux.Handle("/metrics", service.Page)
	mux.Handle("/readyz", s.client.ReadinessHandler())
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>the shop</html>")) })
	s.server = httptest.NewServer(mux)
	t.Cleanup(s.server.Close)
	t.Setenv("OTELANALYTICS_MONGODB_URI", s.mongo.URI())
	t.Setenv("OTELANALYTICS_MONGODB_DATABASE", s.db.Name())
	t.Setenv("OTELANALYTICS_DATA_DIR", filepath.Join(s.dir, "data"))
	return s
}

// clean unsets variables that the command reads.
func clean(t *testing.T) {
	t.Helper()
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "OTEL") && !strings.HasPrefix(name, "OTELANALYTICS_TEST_") {
			t.Setenv(name, value) // restores it
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (s *service) write(name, text string) (path string) {
	s.t.Helper()
	path = filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// sell tracks orders, and waits until they are in MongoDB.
func (s *service) sell(n int) {
	s.t.Helper()
	s.track(n)
	if err := s.store.Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *service) track(n int) {
	s.t.Helper()
	for range n {
		err := s.client.Track(s.t.Context(), otelanalytics.Event{Type: "order_placed", UserID: "lovelace", Data: map[string]any{"channel": "web", "value": 12.5}})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

type checked struct {
	Check, Status, Finding string
	Details, Fix           []string
}

// examined is the command's result.
type examined struct {
	t      *testing.T
	code   int
	out    string
	OK     bool
	Failed int
	Checks []checked
}

// examine runs the command on the service, with further arguments.
func (s *service) examine(args ...string) *examined {
	s.t.Helper()
	if !slices.Contains(args, "--map") {
		args = append(args, "--map", s.file)
	}
	if !slices.Contains(args, "--metrics") {
		args = append(args, "--metrics", s.server.URL+"/metrics")
	}
	return examine(s.t, args...)
}

func examine(t *testing.T, args ...string) *examined {
	t.Helper()
	code, out, errs := clitest.Run(t, doctor.New(), append(args, "-o", "json")...)
	r := &examined{t: t, code: code, out: out + errs}
	if err := json.Unmarshal([]byte(out), r); err != nil {
		t.Fatalf("%q: %v\n%s%s", args, err, out, errs)
	}
	return r
}

func (r *examined) check(name string) checked {
	r.t.Helper()
	for _, c := range r.Checks {
		if c.Check == name {
			return c
		}
	}
	r.t.Fatalf("there is no check %s\n%s", name, r.out)
	return checked{}
}

// want compares a check's status, and looks for texts in what it says.
func (r *examined) want(name, status string, texts ...string) {
	r.t.Helper()
	c := r.check(name)
	all := strings.Join(append(append([]string{c.Finding}, c.Details...), c.Fix...), "\n")
	if c.Status != status {
		r.t.Errorf("%s is %s, want %s: %s", name, c.Status, status, all)
	}
	for _, text := range texts {
		if !strings.Contains(all, text) {
			r.t.Errorf("%s: %q is not in\n%s", name, text, all)
		}
	}
	if status == "failed" && len(c.Fix) == 0 {
		r.t.Errorf("%s has no fix: %s", name, all)
	}
}

// only says which checks are not ok, by status.
func (r *examined) only(want map[string]string) {
	r.t.Helper()
	for _, c := range r.Checks {
		status := want[c.Check]
		if status == "" {
			status = "ok"
		}
		if c.Status != status {
			r.t.Errorf("%s is %s, want %s: %s %q", c.Check, c.Status, status, c.Finding, c.Details)
		}
	}
}

// unable is a sink that takes nothing.
type unable struct{}

func (unable) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("no")
}

// sinkAway is a data directory with three events that a sink beside the first has not got.
func sinkAway(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{
		Dir: dir, Sinks: []eventstore.SinkConfig{{Name: "copy", Sink: unable{}}}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := range byte(3) {
		e := eventstore.Event{ID: [16]byte{n}, Type: "e", Document: []byte{5, 0, 0, 0, 0}}
		if _, err := store.Append(t.Context(), e, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Shutdown(ended); !errors.Is(err, eventstore.ErrPending) {
		t.Fatal(err)
	}
	return dir
}

// behind is a data directory with three segments that a consumer besides the sink needs.
func behind(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	c := memsink.NewConsumer("sketches")
	c.Fail(errors.New("no"))
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{
		Dir: dir, Consumers: []eventstore.Consumer{c.Consumer()}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Shutdown(context.Background())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for n := range byte(3) {
		e := eventstore.Event{ID: [16]byte{n}, Type: "e", Document: []byte{5, 0, 0, 0, 0}}
		if _, err := store.Append(t.Context(), e, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
		if err := store.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		// Clearing ends the segment, and then waits in vain for the consumer.
		if err := store.Maintain(ended, func(m *eventstore.Maintenance) error { return m.ClearDelivered(ended) }); !errors.Is(err, eventstore.ErrPending) {
			t.Fatal(err)
		}
	}
	return dir
}
