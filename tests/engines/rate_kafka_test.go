// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestRateToTheTopic compares a journal that is drained into a topic with the client's own asynchronous produce of the same bytes. The client
// fills larger batches: a delivery is 1,000 events, and four are under way.
func TestRateToTheTopic(t *testing.T) {
	const n = 100_000
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	c := kafkastore.Config{URL: "kafka://" + strings.Join(cluster.ListenAddrs(), ",") + "/events", Replicas: 1}
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.DefaultProduceTopic("events"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ours := func() time.Duration {
		return drained(t, func(dir string) (flusher, error) {
			sink, err := kafkastore.NewSink(c)
			if err != nil {
				return nil, err
			}
			return eventstore.Open(t.Context(), sink, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
		}, some(t, n))
	}
	theirs := func() time.Duration {
		events := some(t, n)
		began := time.Now()
		var answers sync.WaitGroup
		for i := range events {
			answers.Add(1)
			client.Produce(t.Context(), &kgo.Record{Value: events[i].Document}, func(_ *kgo.Record, err error) { // which waits when too much is under way
				if err != nil {
					t.Error(err)
				}
				answers.Done()
			})
		}
		answers.Wait()
		return time.Since(began)
	}
	ours() // creates the topic
	compare(t, n, ours, theirs, 0.3)
}

// TestRateFromTheTopic compares the command deliver, which reads a topic, with a service that drains its journal into MongoDB.
func TestRateFromTheTopic(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	from := "kafka://" + strings.Join(cluster.ListenAddrs(), ",") + "/events"
	sink, err := kafkastore.NewSink(kafkastore.Config{URL: from, Replicas: 1, UserKey: []byte("0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close(t.Context())
	rateToMongoDB(t, sink, from, 0.8)
}
