// SPDX-License-Identifier: Apache-2.0

// Command till is a service that sells until it is killed, for the tests of reconcile. Lines on its standard input say stop,
// twin, which sells with one key, extra, which adds to its metrics without an event, refund, which may violate the map, and replay, which
// puts events in quarantine back.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "till:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	uri, db := flag.String("uri", "", "MongoDB"), flag.String("db", "", "its database")
	dir, path := flag.String("dir", "", "the journal's directory"), flag.String("map", "", "the event map")
	address, id := flag.String("address", "", "of the page"), flag.String("id", "", "service.instance.id")
	flag.Parse()
	m, err := eventmap.ParseFile(*path)
	if err != nil {
		return err
	}
	store, err := mongostore.Open(ctx, mongostore.Config{URI: *uri, Database: *db, Dir: *dir})
	if err != nil {
		return err
	}
	s, err := servicetest.New(servicetest.Config{
		Map: m, Client: []otelanalytics.Option{otelanalytics.WithStore(store)},
		Resource: resource.NewSchemaless(attribute.String("service.name", "till"), attribute.String("service.instance.id", *id)),
	})
	if err != nil {
		return err
	}
	resume := make(chan bool)
	go sell(ctx, s.Client, resume)
	go listen(ctx, s.Client, resume)
	http.Handle("/metrics", s.Page)
	return http.ListenAndServe(*address, nil)
}

func sell(ctx context.Context, client *otelanalytics.Client, stop <-chan bool) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(rand.IntN(4)) * time.Millisecond):
		}
		e := otelanalytics.Event{Type: "sold", Data: map[string]any{
			"plan": []string{"free", "pro", "gold"}[rand.IntN(3)], "amount": float64(rand.IntN(10_000)) / 100,
		}}
		var options []otelanalytics.TrackOption
		if n%50 == 0 {
			options = append(options, otelanalytics.WithoutMetrics())
		}
		if err := client.Track(ctx, e, options...); err != nil {
			fmt.Fprintln(os.Stderr, "till:", err)
		}
	}
}

// listen does what the test says.
func listen(ctx context.Context, client *otelanalytics.Client, stop chan<- bool) {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		switch in.Text() {
		case "stop":
			stop <- true
		case "twin": // the same event wherever it is said
			if err := client.Track(ctx, otelanalytics.Event{Type: "sold", UserID: "u", Key: "twin", Data: map[string]any{"plan": "pro", "amount": 1.0}}); err != nil {
				fmt.Fprintln(os.Stderr, "till:", err)
			}
		case "refund":
			if err := client.Track(ctx, otelanalytics.Event{Type: "refunded", UserID: "u", Data: map[string]any{"amount": 500.0}}); err != nil {
				fmt.Fprintln(os.Stderr, "till:", err)
			}
		case "replay":
			if _, err := client.ReplayQuarantine(ctx); err != nil {
				fmt.Fprintln(os.Stderr, "till:", err)
			}
		case "extra":
			_ = client.Record(ctx, "sold", map[string]any{"plan": "pro", "amount": 1.0})
		}
	}
}
