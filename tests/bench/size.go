// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/instruments/meterprovider"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// mapOf declares events with a counter of their own, each with twelve series that start at zero.
func mapOf(events int) string {
	var text strings.Builder
	text.WriteString("version: 1\nmetrics:\n")
	for i := range events {
		fmt.Fprintf(&text, "  things_%d:\n    instrument: counter\n    attributes:\n      auth_method: {values: [email, google, jwt], default: unknown}\n      account_type: {values: [normal, premium], default: other_type}\n", i)
	}
	text.WriteString("events:\n")
	for i := range events {
		fmt.Fprintf(&text, "  thing_%d:\n    record: [{metric: things_%d}]\n", i, i)
	}
	return text.String()
}

// heap is what is in use after a collection, in bytes.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

const mebibyte = 1 << 20

// startup makes a client of 500 events, and collects once, which is when its counters start at zero.
func startup(b *run1) []Result {
	var took, bytes []float64
	m := b.eventMap(mapOf(500))
	for range 7 {
		reader := sdkmetric.NewManualReader()
		p := meterprovider.New(m, sdkmetric.WithReader(reader))
		before, began := heap(), time.Now()
		client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(p), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
		b.must(err)
		b.must(reader.Collect(context.Background(), new(metricdata.ResourceMetrics)))
		took = append(took, float64(time.Since(began).Microseconds())/1e3)
		bytes = append(bytes, heap()-before)
		runtime.KeepAlive(client)
		runtime.KeepAlive(p)
	}
	return []Result{figure("startup", "ms", median(took), 15), figure("startup_memory", "MiB", median(bytes)/mebibyte, 6)}
}

// pending tracks a million events behind a MongoDB that is away.
func pending(b *run1) []Result {
	n := 1_000_000
	if b.quick {
		n = 100_000
	}
	one := b.tracker()
	one()
	before := heap()
	for range n {
		one()
	}
	return []Result{figure("pending", "MiB", max(0, heap()-before)/mebibyte, 64)}
}

// patience is how long a reading may take of which there are several.
const patience = 20 * time.Second

// activeUsers counts distinct users of the last day, of whom every one has ten events.
func activeUsers(b *run1) []Result {
	n := 1_000_000
	if b.quick {
		n = 10_000
	}
	store := b.store(mongostore.Config{URI: mongotest.Start(b).URI()})
	client, ctx := b.client(store), context.Background()
	e := loggedIn()
	for i := range n {
		e.UserID = fmt.Sprint("u-", i%(n/10))
		b.must(client.Track(ctx, e))
	}
	b.must(store.Flush(ctx))
	var took []float64
	for range 3 {
		began := time.Now()
		found, err := store.Reader().DistinctUsers(ctx, time.Now().Add(-24*time.Hour), time.Time{})
		b.must(err)
		if found != int64(n/10) {
			b.Fatalf("%d users, want %d", found, n/10)
		}
		took = append(took, time.Since(began).Seconds())
		if took[0] > patience.Seconds() {
			break // it is the server that takes its time, and will again
		}
	}
	return []Result{figure("active_users", "s", median(took), 0)}
}
