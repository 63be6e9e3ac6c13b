// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/login"
)

// curves are how the cost of Track and of a scrape grow.
var curves = []curve{
	{"track_attributes", "attributes", "ns", []int{1, 2, 4, 8, 16}, trackAttributes},
	{"track_payload", "bytes", "ns", []int{100, 1_000, 10_000, 100_000, 1_000_000}, trackPayload},
	{"track_event_types", "event types", "ns", []int{1, 10, 100, 1_000}, trackEventTypes},
	{"track_goroutines", "goroutines", "ns", []int{1, 2, 4, 16, 64, 256}, trackGoroutines},
	{"track_pending", "pending events", "ns", []int{1_000, 10_000, 100_000, 1_000_000}, trackPending},
	{"scrape_series", "series", "ms", []int{100, 1_000, 10_000, 100_000}, scrapeSeries},
}

// alone returns the median of nanoseconds a call.
func (b *run1) alone(side calls) float64 {
	o, _ := b.turns(side, side)
	return o
}

// trackWith tracks an event by a map.
func (b *run1) trackWith(text string, events ...otelanalytics.Event) func() {
	store := b.store(mongostore.Config{URI: nowhere})
	client, err := otelanalytics.New(b.eventMap(text), otelanalytics.WithMeterProvider(provider()),
		otelanalytics.WithStore(store), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
	b.must(err)
	i := 0
	return func() {
		b.must(client.Track(context.Background(), events[i%len(events)]))
		i++
	}
}

func trackAttributes(b *run1, n int) float64 {
	var text strings.Builder
	text.WriteString("version: 1\nmetrics:\n  things:\n    instrument: counter\n    attributes:\n")
	data := map[string]any{}
	for i := range n {
		fmt.Fprintf(&text, "      a%d: {limit: 10}\n", i)
		data[fmt.Sprint("a", i)] = "value"
	}
	text.WriteString("events:\n  thing:\n    record: [{metric: things}]\n")
	return b.alone(serial(b.trackWith(text.String(), otelanalytics.Event{Type: "thing", UserID: "u", Data: data})))
}

func trackPayload(b *run1, n int) float64 {
	e := loggedIn()
	data := payload()
	data["text"] = strings.Repeat("x", n)
	e.Data = data
	return b.alone(serial(b.trackWith(string(login.Map), e)))
}

func trackEventTypes(b *run1, n int) float64 {
	events := make([]otelanalytics.Event, n)
	for i := range events {
		events[i] = loggedIn()
		events[i].Type = fmt.Sprint("thing_", i)
	}
	return b.alone(serial(b.trackWith(mapOf(n), events...)))
}

func trackGoroutines(b *run1, n int) float64 { return b.alone(parallel(n, b.tracker())) }

func trackPending(b *run1, n int) float64 {
	one := b.tracker()
	for range n {
		one()
	}
	return b.alone(serial(one))
}

func scrapeSeries(b *run1, n int) float64 {
	return b.alone(serial(b.get(b.page(n, false).Handler()))) / 1e6
}
