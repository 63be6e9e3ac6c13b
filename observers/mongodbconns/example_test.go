// SPDX-License-Identifier: Apache-2.0

package mongodbconns_test

import (
	"context"
	"log"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/observers/mongodbconns"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// The pool counts the connections of the store, whose client has the pool's monitor.
func Example() {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  mongodb_connections: {instrument: gauge}
`))
	if err != nil {
		log.Fatal(err)
	}
	pool := mongodbconns.NewPool()
	store, err := mongostore.Open(context.Background(), mongostore.Config{
		URI: "mongodb://127.0.0.1:27017", Client: options.Client().SetPoolMonitor(pool.Monitor(nil)),
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(store))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Shutdown(context.Background())
	o, err := observers.Start(client.Module("observers"), observers.WithSources(pool.Source()))
	if err != nil {
		log.Fatal(err)
	}
	defer o.Shutdown(context.Background())
}
