// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/storetest"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestSink holds the sink to the suite. The topic does not know which ids it has: readers do.
func TestSink(t *testing.T) {
	storetest.Run(t, storetest.Harness{New: func(t testing.TB) storetest.Subject {
		between := newGate()
		cluster := fake(t, kfake.ListenFn(between.listen))
		brokers := brokersOf(cluster)
		c := own(brokers)
		c.WriteTimeout = 5 * time.Second
		c.Options = []kgo.Opt{kgo.RecordPartitioner(kgo.RoundRobinPartitioner())} // so that a part of a delivery can fail
		return storetest.Subject{
			Sink:   sinkOf(t, c),
			Stored: func() ([]eventstore.Event, error) { return stored(t, brokers, c.Topic) },
			Outage: between.down,
			Stall:  between.stall,
			Partial: func() func() {
				fault := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: c.Topic, Partitions: []int32{1}, Err: kerr.NotEnoughReplicas, Count: -1})
				return fault.Remove
			},
			Refuse: func() eventstore.Event {
				changeTopic(t, client(t, brokers), c.Topic, "max.message.bytes", "65536")
				return event(t, "large", "", 128<<10)
			},
		}
	}})
}

// TestSinkOfARealCluster is for the cluster of OTELANALYTICS_TEST_KAFKA.
func TestSinkOfARealCluster(t *testing.T) {
	brokers := realBrokers(t)
	storetest.Run(t, storetest.Harness{New: func(t testing.TB) storetest.Subject {
		c := own(brokers)
		return storetest.Subject{
			Sink:   sinkOf(t, c),
			Stored: func() ([]eventstore.Event, error) { return stored(t, brokers, c.Topic) },
			Refuse: func() eventstore.Event {
				changeTopic(t, client(t, brokers), c.Topic, "max.message.bytes", "65536")
				return event(t, "large", "", 128<<10)
			},
		}
	}})
}

// stored returns the events of a topic, each once.
func stored(t testing.TB, brokers, topic string) ([]eventstore.Event, error) {
	all, err := recordsOf(context.Background(), t, brokers, topic)
	var events []eventstore.Event
	known := make(map[uuid.UUID]bool)
	for _, r := range all {
		id, err := uuid.ParseBytes(header(r, kafkastore.HeaderID))
		if err != nil {
			return nil, err
		}
		if !known[id] {
			known[id] = true
			events = append(events, eventstore.Event{ID: id, Document: r.Value})
		}
	}
	return events, err
}

func header(r *kgo.Record, key string) []byte {
	for _, h := range r.Headers {
		if h.Key == key {
			return h.Value
		}
	}
	return nil
}

// TestRecords have the bytes of the document, its id and its type. Their keys name nobody, and are equal for one user.
func TestRecords(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	events := []eventstore.Event{event(t, "user_logged_in", "alice", 0), event(t, "käse", "alice", 0), event(t, "e", "bob", 0), event(t, "e", "", 0)}
	deliver(t, sinkOf(t, c), events...)
	all, err := recordsOf(within(t), t, brokers, c.Topic)
	if err != nil || len(all) != len(events) {
		t.Fatalf("%d records, %v", len(all), err)
	}
	byID := make(map[string]*kgo.Record)
	for _, r := range all {
		byID[string(header(r, kafkastore.HeaderID))] = r
	}
	var keys [][]byte
	for i, e := range events {
		r := byID[uuid.UUID(e.ID).String()]
		if r == nil {
			t.Fatalf("event %d is not there", i)
		}
		if !bytes.Equal(r.Value, e.Document) || string(header(r, kafkastore.HeaderType)) != e.Type {
			t.Errorf("event %d: the type is %s", i, header(r, kafkastore.HeaderType))
		}
		if bytes.Contains(r.Key, []byte("alice")) || bytes.Contains(r.Key, []byte("bob")) {
			t.Errorf("event %d: the key %q names the user", i, r.Key)
		}
		keys = append(keys, r.Key)
	}
	if len(keys[0]) != 16 || !bytes.Equal(keys[0], keys[1]) || bytes.Equal(keys[0], keys[2]) || len(keys[3]) != 0 {
		t.Errorf("the keys are %x", keys)
	}
	other := own(brokers)
	other.UserKey = []byte("another key, as long")
	deliver(t, sinkOf(t, other), event(t, "e", "alice", 0))
	without := own(brokers)
	without.UserKey = nil
	deliver(t, sinkOf(t, without), event(t, "e", "alice", 0))
	for topic, want := range map[string]int{other.Topic: 16, without.Topic: 0} {
		all, err := recordsOf(within(t), t, brokers, topic)
		if err != nil || len(all) != 1 || len(all[0].Key) != want || bytes.Equal(all[0].Key, keys[0]) {
			t.Errorf("%d records, %v", len(all), err)
		}
	}
}

// TestLargeEvents are refused when they are tracked, or quarantined when the topic takes less than the configuration says. Others in
// their batch are stored.
func TestLargeEvents(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	admin := client(t, brokers)
	createTopic(t, admin, c.Topic, 1, map[string]string{"max.message.bytes": "8192", "retention.ms": "604800000"})
	s := sinkOf(t, c)
	if err := s.Prepare(within(t)); !errors.Is(err, kafkastore.ErrTopic) || !strings.Contains(err.Error(), "8192 bytes") || !strings.Contains(err.Error(), "to 7168") {
		t.Errorf("Prepare says %v", err)
	}
	verdicts := deliver(t, s, event(t, "small", "", 0), event(t, "large", "", 16<<10), event(t, "small", "", 0))
	if v := verdicts[1]; v.Outcome != eventstore.Refused || v.Reason != "too_large" || v.Message == "" {
		t.Errorf("the large one: %+v", v)
	}
	if verdicts[0].Outcome != eventstore.Stored || verdicts[2].Outcome != eventstore.Stored {
		t.Errorf("the others: %+v", verdicts)
	}
	c.MaxEventBytes = 7168
	s = sinkOf(t, c)
	if err := s.Prepare(within(t)); err != nil {
		t.Error(err)
	}
	store, err := eventstore.Open(t.Context(), s, eventstore.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = store.Shutdown(ctx)
	}()
	_, err = store.Append(within(t), event(t, "large", "", 7168), eventstore.AckWritten)
	if !errors.Is(err, eventstore.ErrTooLarge) || !strings.Contains(err.Error(), "kafka") {
		t.Errorf("a large event is tracked with %v", err)
	}
}

// TestTopicThatTakesLess than it did refuses whole batches. Their events are stored all the same, but for one that is too large by itself.
func TestTopicThatTakesLess(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	c.Partitions, c.Options = 1, []kgo.Opt{kgo.ProducerBatchCompression(kgo.NoCompression())}
	s := sinkOf(t, c)
	deliver(t, s, event(t, "e", "", 0))
	changeTopic(t, client(t, brokers), c.Topic, "max.message.bytes", "4096")
	var events []eventstore.Event
	for range 8 {
		events = append(events, event(t, "e", "u", 1<<10))
	}
	events = append(events, event(t, "e", "u", 8<<10))
	for i, v := range deliver(t, s, events...) {
		want := eventstore.Stored
		if i == len(events)-1 {
			want = eventstore.Refused
		}
		if v.Outcome != want {
			t.Errorf("event %d: %+v, want the outcome %d", i, v, want)
		}
	}
	if all, err := recordsOf(within(t), t, brokers, c.Topic); err != nil || len(all) != len(events) { // the first one and eight
		t.Errorf("%d records, %v", len(all), err)
	}
}

// TestTopicThatIsRemoved is created anew: events wait until it is.
func TestTopicThatIsRemoved(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	s := sinkOf(t, c)
	deliver(t, s, event(t, "e", "u", 0))
	deleteTopic(t, client(t, brokers), c.Topic)
	deliver(t, s, event(t, "e", "u", 0))
	if all, err := recordsOf(within(t), t, brokers, c.Topic); err != nil || len(all) != 1 {
		t.Errorf("%d records, %v", len(all), err)
	}
}

// TestManyAtOnce delivers more than the client holds at once.
func TestManyAtOnce(t *testing.T) {
	brokers := brokersOf(fake(t))
	c := own(brokers)
	c.Options = []kgo.Opt{kgo.MaxBufferedRecords(10)}
	events := some(t, 200)
	for i, v := range deliver(t, sinkOf(t, c), events...) {
		if v.Outcome != eventstore.Stored {
			t.Errorf("event %d: the outcome is %d", i, v.Outcome)
		}
	}
}

// TestClosed delivers nothing, and says so.
func TestClosed(t *testing.T) {
	s := sinkOf(t, kafkastore.Config{URL: "kafka://127.0.0.1:1"})
	for range 2 {
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if verdicts, err := s.Deliver(t.Context(), []eventstore.Event{event(t, "e", "", 0)}); len(verdicts) > 0 || !errors.Is(err, kafkastore.ErrClosed) {
		t.Errorf("%v, %v", verdicts, err)
	}
	if err := s.Ping(within(t)); !errors.Is(err, kafkastore.ErrClosed) {
		t.Error(err)
	}
}
