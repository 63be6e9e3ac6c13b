// SPDX-License-Identifier: Apache-2.0

package servicetest_test

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const orders = `
version: 1
metrics: {orders: {instrument: counter}}
events: {order_placed: {record: [{metric: orders}]}}
`

func TestService(t *testing.T) {
	log := new(servicetest.Log)
	s := servicetest.Start(t, servicetest.Config{
		Map: servicetest.Map(t, orders), Logger: log.Logger(), Page: []exporterprom.Option{exporterprom.WithoutRuntimeMetrics()},
		Resource: resource.NewSchemaless(attribute.String("service.name", "shop")),
	})
	for range 2 {
		if err := s.Client.Record(t.Context(), "order_placed", nil); err != nil {
			t.Fatal(err)
		}
	}
	s.Flush(t)
	p := servicetest.Read(t, s.Page)
	p.Balanced(t)
	if p.Sum("orders_total") != 2 || !strings.Contains(servicetest.Text(t, s.Page, ""), `service_name="shop"`) {
		t.Errorf("the page says\n%s", servicetest.Text(t, s.Page, ""))
	}
	if _, there := p["go_goroutines"]; there {
		t.Error("the options of the page do not arrive")
	}
	if err := s.Client.Track(t.Context(), otelanalytics.Event{Type: "undeclared"}); err != nil || !strings.Contains(log.String(), "undeclared") {
		t.Errorf("%v; the log says\n%s", err, log)
	}
}

func TestNoMap(t *testing.T) {
	if _, err := servicetest.New(servicetest.Config{}); err == nil {
		t.Error("a service without an event map starts")
	}
	if fatal(func(t servicetest.T) { servicetest.Map(t, "version: 7") }) == "" {
		t.Error("a map of version 7 is parsed")
	}
}
