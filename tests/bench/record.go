// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"runtime"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/instruments"
)

// recorder records a login by the map.
func (b *run1) recorder() func() {
	set, err := instruments.New(b.loginMap(), provider().Meter("bench"))
	b.must(err)
	t, _ := set.EventType("user_logged_in")
	fields := []instruments.Value{instruments.String("email"), instruments.String("premium")}
	ctx := context.Background()
	return func() { _ = t.Record(ctx, "user_logged_in", fields) }
}

func record(b *run1) []Result {
	one := b.recorder()
	o, p := b.turns(serial(one), serial(b.floor()))
	r := ratio("record", "ns", o, p, 1.25)
	allocations := testing.AllocsPerRun(1_000, one)
	r.Allocations = &allocations
	return []Result{r}
}

func recordNaive(b *run1) []Result {
	counter, err := provider().Meter("naive").Int64Counter("user_logins")
	b.must(err)
	ctx := context.Background()
	o, p := b.turns(serial(b.recorder()), serial(func() {
		counter.Add(ctx, 1, metric.WithAttributes(attribute.String("auth_method", "email"), attribute.String("account_type", "premium")))
	}))
	return []Result{ratio("record_naive", "ns", o, p, 0.5)}
}

func recordParallel(b *run1) []Result {
	cores := runtime.GOMAXPROCS(0)
	o, p := b.turns(parallel(cores, b.recorder()), parallel(cores, b.floor()))
	return []Result{ratio("record_parallel", "ns", o, p, 1.25)}
}
