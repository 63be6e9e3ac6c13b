// SPDX-License-Identifier: Apache-2.0

package activeusers_test

import (
	"context"
	"log"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/observers/activeusers"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// A program without a store of its own reads with a mongostore.Reader. A service that tracks takes Reader of its store.
func Example() {
	m, err := eventmap.Parse([]byte(`
version: 1
metrics:
  active_users_current:
    instrument: gauge
    attributes: {time_period: {values: [daily, weekly, monthly]}}
`))
	if err != nil {
		log.Fatal(err)
	}
	client, err := otelanalytics.New(m)
	if err != nil {
		log.Fatal(err)
	}
	reader, err := mongostore.NewReader(mongostore.Config{URI: "mongodb://127.0.0.1:27017"})
	if err != nil {
		log.Fatal(err)
	}
	defer reader.Close()
	o, err := observers.Start(client.Module("observers"), observers.WithSources(activeusers.Source(reader)))
	if err != nil {
		log.Fatal(err)
	}
	defer o.Shutdown(context.Background())
}
