// SPDX-License-Identifier: Apache-2.0

//go:build servers

package redisconns_test

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/otelanalytics/otelanalytics-go/internal/redistest"
	"github.com/otelanalytics/otelanalytics-go/observers/redisconns"
)

func TestRealRedis(t *testing.T) {
	server := redistest.Start(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), PoolSize: 5, MaxRetries: -1})
	defer client.Close()
	other := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer other.Close()
	if err := other.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	source := redisconns.Source(client)
	read := func() (map[string]float64, error) {
		got := map[string]float64{}
		err := source.Read(t.Context(), func(metric string, value float64, _ ...string) { got[metric] = value })
		return got, err
	}
	got, err := read()
	if err != nil || got[redisconns.Metric] != 1 || got[redisconns.ServerMetric] != 2 {
		t.Errorf("%v, %v: want one connection of ours, and two of the server", got, err)
	}
	// A connection that waits for a message is in use: the next command takes another one.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sub := client.Subscribe(ctx, "channel")
	defer sub.Close()
	if _, err := sub.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err = read(); err != nil || got[redisconns.ServerMetric] != 3 {
		t.Errorf("%v, %v with a subscriber", got, err)
	}
	server.Stop()
	if got, err = read(); err == nil || len(got) > 0 {
		t.Errorf("%v without a server", got)
	}
	server.Restart()
	if got, err = read(); err != nil || got[redisconns.ServerMetric] < 1 {
		t.Errorf("%v, %v once it is back", got, err)
	}
}
