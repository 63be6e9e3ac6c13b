// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
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
	return servicetest.Map(t, shopMap)
}

// service is a client with everything around it.
type service struct {
	*servicetest.Service
	t          testing.TB
	client     *otelanalytics.Client
	eventMap   *eventmap.Map // nil: shopMap
	collection *mongo.Collection
	log        *servicetest.Log
	dir        string
	abandon    bool // there is no MongoDB: leave pending what is pending
}

// start runs a service with a store on the server's fresh database.
func start(t testing.TB, server *mongotest.Server, options ...otelanalytics.Option) *service {
	t.Helper()
	return startMap(t, server, nil, options...)
}

// startMap is start with another map.
func startMap(t testing.TB, server *mongotest.Server, m *eventmap.Map, options ...otelanalytics.Option) *service {
	t.Helper()
	db := server.Database(t)
	s := &service{t: t, eventMap: m, dir: t.TempDir(), log: new(servicetest.Log), collection: db.Collection(mongostore.DefaultCollection)}
	store, err := mongostore.Open(t.Context(), mongostore.Config{
		URI: server.URI(), Database: db.Name(), Dir: s.dir, Logger: s.log.Logger(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.run(append([]otelanalytics.Option{otelanalytics.WithStore(store)}, options...)...)
	return s
}

// startWithoutStore runs a service that has metrics alone.
func startWithoutStore(t testing.TB) *service {
	s := &service{t: t, log: new(servicetest.Log)}
	s.run()
	return s
}

// startWithoutStoreOf is startWithoutStore with another map.
func startWithoutStoreOf(t testing.TB, text string) *service {
	t.Helper()
	s := &service{t: t, log: new(servicetest.Log), eventMap: servicetest.Map(t, text)}
	s.run()
	return s
}

func (s *service) run(options ...otelanalytics.Option) {
	s.t.Helper()
	if s.eventMap == nil {
		s.eventMap = parse(s.t)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "shop"), attribute.String("service.version", "1.2"))
	s.Service = servicetest.Start(s.t, servicetest.Config{
		Map: s.eventMap, Logger: s.log.Logger(), Client: append([]otelanalytics.Option{otelanalytics.WithResource(about)}, options...),
		Page: []exporterprom.Option{exporterprom.WithoutRuntimeMetrics(), exporterprom.WithoutTargetInfo()},
	})
	s.Abandon, s.client = s.abandon, s.Client
}

func (s *service) flush() {
	s.t.Helper()
	s.Flush(s.t)
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
	return servicetest.Text(s.t, s.Page, accept)
}

// has checks that lines are on the metrics page.
func (s *service) has(lines ...string) {
	s.t.Helper()
	servicetest.WantLines(s.t, s.Page, lines...)
}

// balanced checks the sum that the SDK promises, on the page and in the client's statistics.
func (s *service) balanced() {
	s.t.Helper()
	servicetest.Read(s.t, s.Page).Balanced(s.t)
	st := s.client.Stats()
	if st.Accepted+st.Recovered != st.Stored+st.Deduplicated+st.Pending+st.Quarantined+st.Suppressed+st.Lost {
		s.t.Errorf("accepted + recovered = stored + deduplicated + pending + quarantined + suppressed + lost does not hold: %+v", st)
	}
}
