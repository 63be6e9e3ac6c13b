// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// patience is how long something may take that must happen.
const patience = time.Minute

// fake returns a cluster of three brokers in this process.
func fake(t testing.TB, options ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// brokersOf returns the brokers of a cluster, for clients.
func brokersOf(c *kfake.Cluster) string { return strings.Join(c.ListenAddrs(), ",") }

// realBrokers returns the brokers that OTELANALYTICS_TEST_KAFKA names, or those of a cluster in this process.
func realBrokers(t testing.TB) string {
	t.Helper()
	if brokers := os.Getenv("OTELANALYTICS_TEST_KAFKA"); brokers != "" {
		return brokers
	}
	return brokersOf(fake(t))
}

// own returns a configuration with a topic of its own.
func own(brokers string) kafkastore.Config {
	return kafkastore.Config{
		URL: "kafka://" + brokers, Topic: "t-" + uuid.NewString(), Partitions: 3, Replicas: 1, UserKey: []byte("0123456789abcdef"),
	}
}

// client is what a test looks at brokers with, apart from the code under test.
func client(t testing.TB, brokers string, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(strings.Split(brokers, ",")...)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func sinkOf(t testing.TB, c kafkastore.Config) *kafkastore.Sink {
	t.Helper()
	s, err := kafkastore.NewSink(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return s
}

func consumerOf(t testing.TB, c kafkastore.Config) *kafkastore.Consumer {
	t.Helper()
	reader, err := kafkastore.NewConsumer(c, "readers")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = reader.Close(ctx)
	})
	return reader
}

// within returns a context for something that must happen.
func within(t testing.TB) context.Context { return queuetest.Within(t, patience) }

// eventually calls f until it returns true.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it did not come about within a minute that %s", what)
		}
	}
}

// event returns an event of a type and a user, whose document is size bytes larger than it need be.
func event(t testing.TB, eventType, user string, size int) eventstore.Event {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	document, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "user_id", Value: user},
		{Key: "event_type", Value: eventType},
		{Key: "padding", Value: noise(size)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: eventType, Document: document}
}

// noise is text that does not compress.
func noise(size int) string {
	b := make([]byte, size)
	for i := range b {
		b[i] = 'a' + byte(rand.IntN(26))
	}
	return string(b)
}

func some(t testing.TB, n int) []eventstore.Event {
	t.Helper()
	events := make([]eventstore.Event, n)
	for i := range events {
		events[i] = event(t, "e", fmt.Sprintf("u%d", i), 0)
	}
	return events
}

// deliver has the sink take events, in as many attempts as a queue would make.
func deliver(t testing.TB, s *kafkastore.Sink, events ...eventstore.Event) []eventstore.Verdict {
	t.Helper()
	return queuetest.Try(t, patience, func(ctx context.Context) ([]eventstore.Verdict, error) { return s.Deliver(ctx, events) })
}

// recordsOf returns what a topic has now.
func recordsOf(ctx context.Context, t testing.TB, brokers, topic string) (all []*kgo.Record, err error) {
	t.Helper()
	admin, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...))
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	ends, err := endsOf(ctx, admin, topic)
	if err != nil {
		return nil, err
	}
	left := make(map[int32]int64)
	from := make(map[int32]kgo.Offset)
	for partition, end := range ends {
		if end > 0 {
			left[partition], from[partition] = end, kgo.NewOffset().At(0)
		}
	}
	if len(left) == 0 {
		return nil, nil
	}
	reader, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: from}))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	for len(left) > 0 {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			return nil, err
		}
		fetches.EachRecord(func(r *kgo.Record) {
			all = append(all, r)
			if r.Offset+1 >= left[r.Partition] {
				delete(left, r.Partition)
			}
		})
	}
	return all, nil
}

// next returns the reader's next batch.
func next(t testing.TB, c *kafkastore.Consumer) *kafkastore.Batch {
	t.Helper()
	return queuetest.Try(t, patience, c.Next)
}

// trusting returns what a client of a test server trusts.
func trusting(t testing.TB, of http.RoundTripper) *tls.Config {
	t.Helper()
	transport, ok := of.(*http.Transport)
	if !ok {
		t.Fatalf("the transport is a %T", of)
	}
	return &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12}
}
