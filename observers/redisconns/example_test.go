// SPDX-License-Identifier: Apache-2.0

package redisconns_test

import (
	"context"
	"log"

	"github.com/redis/go-redis/v9"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/observers/redisconns"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Each reading asks the server, which need not be there when the program starts.
func Example() {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  redis_connections: {instrument: gauge}
  redis_server_connections: {instrument: gauge}
`))
	if err != nil {
		log.Fatal(err)
	}
	client, err := otelanalytics.New(m)
	if err != nil {
		log.Fatal(err)
	}
	connections := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
	defer connections.Close()
	o, err := observers.Start(client.Module("observers"), observers.WithSources(redisconns.Source(connections)))
	if err != nil {
		log.Fatal(err)
	}
	defer o.Shutdown(context.Background())
}
