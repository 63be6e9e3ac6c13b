// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// shopExample is a service for the examples: a client with a store and a metrics page. The store's MongoDB is
// away, so that the examples need no server: what is tracked waits in a directory that stop removes.
type shopExample struct {
	*otelanalytics.Client
	prom *exporterprom.Exporter
	dir  string
}

func newShopExample(options ...otelanalytics.Option) *shopExample {
	dir, err := os.MkdirTemp("", "example")
	check(err)
	store, err := mongostore.Open(context.Background(), mongostore.Config{URI: "mongodb://127.0.0.1:1", Dir: dir})
	check(err)
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  user_logins:
    instrument: counter
    attributes:
      auth_method: {values: [email, google]}
events:
  user_logged_in:
    data: {auth_method: {type: string}, ip: {type: string, redact: drop}}
    record: [{metric: user_logins}]
`))
	check(err)
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics())
	check(err)
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()))
	client, err := otelanalytics.New(m, append([]otelanalytics.Option{
		otelanalytics.WithStore(store), otelanalytics.WithMeterProvider(provider),
		otelanalytics.WithResource(resource.NewSchemaless(semconv.ServiceName("shop"))),
	}, options...)...)
	check(err)
	return &shopExample{client, prom, dir}
}

// show prints the lines of the metrics page that begin with a prefix.
func (s *shopExample) show(prefix string) {
	w := httptest.NewRecorder()
	s.prom.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, prefix) {
			fmt.Print(line)
		}
	}
}

// stop ends without MongoDB, which leaves the events to the next start.
func (s *shopExample) stop() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.Shutdown(ctx)
	_ = os.RemoveAll(s.dir)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
