// SPDX-License-Identifier: Apache-2.0

package mongodbconns_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/observers"
	"github.com/otelanalytics/otelanalytics-go/observers/mongodbconns"
)

func read(t *testing.T, s observers.Source) (float64, error) {
	t.Helper()
	got := -1.0
	err := s.Read(t.Context(), func(metric string, value float64, attributes ...string) {
		if metric != s.Metrics[0] || len(attributes) > 0 {
			t.Errorf("%s %v", metric, attributes)
		}
		got = value
	})
	return got, err
}

func TestPool(t *testing.T) {
	server := mongotest.Start(t)
	pool := mongodbconns.NewPool()
	var mu sync.Mutex
	created, closed := 0.0, 0.0
	other := &event.PoolMonitor{Event: func(e *event.PoolEvent) {
		mu.Lock()
		defer mu.Unlock()
		switch e.Type {
		case event.ConnectionReady:
			created++
		case event.ConnectionClosed:
			closed++
		}
	}}
	client, err := mongo.Connect(options.Client().ApplyURI(server.URI()).SetPoolMonitor(pool.Monitor(other)))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := read(t, pool.Source()); n != 0 || err != nil {
		t.Errorf("%v connections before the first command, %v", n, err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := client.Database("admin").RunCommand(context.Background(), bson.D{{Key: "ping", Value: 1}}).Err(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The driver goes on opening connections that no command waits for any more, so that one reading may be older than
	// the other: they agree once that has ended.
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		n, err := read(t, pool.Source())
		mu.Lock()
		open := created - closed
		mu.Unlock()
		if n >= 1 && n == open && err == nil {
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("%v connections, the other monitor counts %v, %v", n, open, err)
		}
	}
	if err := client.Disconnect(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, _ := read(t, pool.Source()); n != 0 {
		t.Errorf("%v connections after Disconnect", n)
	}
}

func TestServer(t *testing.T) {
	server := mongotest.Start(t)
	n, err := read(t, mongodbconns.ServerSource(server.Client(t)))
	switch {
	case err == nil && n < 1:
		t.Errorf("%v connections, and this one is there", n)
	case err != nil && !strings.Contains(err.Error(), "connections.current"):
		t.Errorf("got %v", err)
	case err != nil:
		t.Logf("this server does not say (OTELANALYTICS_TEST_MONGODB_URI): %v", err)
	}
}
