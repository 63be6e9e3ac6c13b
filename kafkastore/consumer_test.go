// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestConsumersShareEvents: two readers of a group get each event, and a second group gets all of them. A reader that ends leaves its
// partitions to the other.
func TestConsumersShareEvents(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	events := some(t, 3*kafkastore.BatchSize)
	deliver(t, sinkOf(t, c), events...)
	want := make(map[[16]byte]eventstore.Event)
	for _, e := range events {
		want[e.ID] = e
	}
	type result struct {
		reader int
		events []eventstore.Event
	}
	got := make(chan result)
	reading, stop := context.WithCancel(within(t))
	defer stop()
	readers := []*kafkastore.Consumer{consumerOf(t, c), consumerOf(t, c)}
	for i, reader := range readers {
		go func() {
			for reading.Err() == nil {
				b, err := reader.Next(reading)
				if err != nil {
					continue
				}
				_ = b.Ack()
				select {
				case got <- result{i, b.Events()}:
				case <-reading.Done():
				}
			}
		}()
	}
	seen := make(map[[16]byte]bool)
	await := func(n int) {
		t.Helper()
		for len(seen) < n {
			select {
			case r := <-got:
				for _, e := range r.events {
					seen[e.ID] = true
					if w, ok := want[e.ID]; !ok || e.Type != w.Type || !bytes.Equal(e.Document, w.Document) || e.Refusal != nil {
						t.Errorf("got %+v, want %+v", e, w)
					}
				}
			case <-reading.Done():
				t.Fatalf("%d events of %d", len(seen), n)
			}
		}
	}
	await(len(want))
	closed := make(chan error, 1)
	go func() { closed <- readers[0].Close(within(t)) }()
	for done := false; !done; {
		select {
		case err := <-closed:
			if done = true; err != nil {
				t.Error(err)
			}
		case <-got:
		}
	}
	more := some(t, 100)
	for _, e := range more {
		want[e.ID] = e
	}
	deliver(t, sinkOf(t, c), more...)
	await(len(want))
	stop()
	eventually(t, "nothing is pending", func() bool {
		lag, err := readers[1].Lag(within(t))
		return err == nil && lag == kafkastore.Lag{}
	})
	others, err := kafkastore.NewConsumer(c, "others")
	if err != nil {
		t.Fatal(err)
	}
	defer others.Close(within(t))
	if n := len(next(t, others).Events()); n == 0 {
		t.Error("another group got nothing")
	}
	lag, err := others.Lag(within(t))
	if err != nil || lag.Pending+lag.Unacknowledged != int64(len(want)) || lag.Unacknowledged == 0 {
		t.Errorf("%+v, %v", lag, err)
	}
}

// TestOffsets: what was not acknowledged comes again to the next reader, and so does everything behind it in its partition.
func TestOffsets(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	c.Partitions, c.Options = 1, []kgo.Opt{kgo.ProducerBatchMaxBytes(2048)} // so that readers get them in several reads
	events := some(t, 100)
	deliver(t, sinkOf(t, c), events...)
	read := func(acknowledge func(*kafkastore.Batch)) (ids [][16]byte) {
		reader := consumerOf(t, c)
		for last := events[len(events)-1].ID; len(ids) == 0 || ids[len(ids)-1] != last; {
			b := next(t, reader)
			for _, e := range b.Events() {
				ids = append(ids, e.ID)
			}
			acknowledge(b)
		}
		if err := reader.Close(within(t)); err != nil {
			t.Error(err)
		}
		return ids
	}
	hole := events[40].ID
	first := read(func(b *kafkastore.Batch) {
		yes, _ := b.Split(func(e *eventstore.Event) bool { return e.ID != hole })
		_ = yes.Ack()
	})
	second := read(func(b *kafkastore.Batch) { _ = b.Ack() })
	if len(first) != len(events) || len(second) < 60 || len(second) > len(events) {
		t.Errorf("the readers got %d and %d events", len(first), len(second))
	}
	found := false
	for _, id := range second {
		found = found || id == hole
	}
	if !found {
		t.Error("the event that was not acknowledged does not come again")
	}
	reader := consumerOf(t, c)
	eventually(t, "nothing is left", func() bool {
		lag, err := reader.Lag(within(t))
		return err == nil && lag == kafkastore.Lag{}
	})
	short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if b, err := reader.Next(short); err == nil {
		t.Errorf("%d events come a third time", len(b.Events()))
	}
}

// TestRelease has a reader get events again, and count them. Those that come later pass them.
func TestRelease(t *testing.T) {
	t.Parallel()
	brokers := realBrokers(t)
	c := own(brokers)
	c.Partitions = 1
	s := sinkOf(t, c)
	deliver(t, s, event(t, "a", "", 0), event(t, "b", "", 0), event(t, "a", "", 0))
	reader := consumerOf(t, c)
	for as, bs := 0, 0; as < 2 || bs < 1; {
		yes, no := next(t, reader).Split(func(e *eventstore.Event) bool { return e.Type == "a" })
		as, bs = as+len(yes.Events()), bs+len(no.Events())
		if err := errors.Join(yes.Ack(), no.Extend(), no.Release(time.Second)); err != nil {
			t.Error(err)
		}
	}
	deliver(t, s, event(t, "c", "", 0))
	var types []string
	for len(types) < 2 {
		b := next(t, reader)
		for _, e := range b.Events() {
			types = append(types, e.Type)
		}
		lag, err := reader.Lag(within(t))
		if err != nil || lag.Unacknowledged == 0 {
			t.Errorf("before it is acknowledged: %+v, %v", lag, err)
		}
		_ = b.Ack()
	}
	if got := strings.Join(types, ""); got != "cb" && got != "bc" || reader.Redelivered() != 1 {
		t.Errorf("%s, %d redelivered", got, reader.Redelivered())
	}
	eventually(t, "nothing is left", func() bool {
		lag, err := reader.Lag(within(t))
		return err == nil && lag == kafkastore.Lag{}
	})
}

// TestMalformed: what is no event has a refusal, with an id that stays the same, and the bytes of the record.
func TestMalformed(t *testing.T) {
	brokers := realBrokers(t)
	c := own(brokers)
	c.Partitions = 1
	deliver(t, sinkOf(t, c), event(t, "good", "", 0))
	withoutID, err := bson.Marshal(bson.D{{Key: "_id", Value: "text"}})
	if err != nil {
		t.Fatal(err)
	}
	good := event(t, "e", "", 0).Document
	hasType := []kgo.RecordHeader{{Key: kafkastore.HeaderType, Value: []byte("e")}}
	bad := []struct {
		headers []kgo.RecordHeader
		data    []byte
		why     string
	}{
		{hasType, nil, "no BSON document"},
		{hasType, []byte(`{"json": true}`), "no BSON document"},
		{hasType, good[:len(good)-3], "no BSON document"},
		{hasType, withoutID, "_id is no UUID"},
		{nil, good, "no header type"},
	}
	writer := client(t, brokers)
	for _, m := range bad {
		if err := writer.ProduceSync(within(t), &kgo.Record{Topic: c.Topic, Value: m.data, Headers: m.headers}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	read := func() (events []eventstore.Event) {
		reader := consumerOf(t, c)
		for len(events) < len(bad)+1 {
			events = append(events, next(t, reader).Events()...)
		}
		if err := reader.Close(within(t)); err != nil {
			t.Error(err)
		}
		return events
	}
	first := read()
	if first[0].Refusal != nil || first[0].Type != "good" {
		t.Errorf("%+v", first[0])
	}
	for i, m := range bad {
		e := first[i+1]
		if e.Refusal == nil || e.Refusal.Reason != kafkastore.ReasonMalformed || !strings.Contains(e.Refusal.Message, m.why) || e.Type != "other" {
			t.Errorf("record %d: %+v", i, e.Refusal)
			continue
		}
		_, data, _ := bson.Raw(e.Document).Lookup("message").BinaryOK()
		_, id, _ := bson.Raw(e.Document).Lookup("_id").BinaryOK()
		if !bytes.Equal(data, m.data) || !bytes.Equal(id, e.ID[:]) {
			t.Errorf("record %d: the document is %v", i, bson.Raw(e.Document))
		}
	}
	ids := make(map[uuid.UUID]bool)
	for _, e := range append(first, read()...) {
		ids[e.ID] = true
	}
	if len(ids) != len(bad)+1 {
		t.Errorf("%d ids of %d records that came twice", len(ids), len(bad)+1)
	}
}

// TestConsumerBeforeTheTopic waits for a topic that does not exist yet, for brokers that are away, and for a topic that is removed and
// made anew.
func TestConsumerBeforeTheTopic(t *testing.T) {
	t.Parallel()
	between := newGate()
	brokers := brokersOf(fake(t, kfake.ListenFn(between.listen)))
	c := own(brokers)
	reader := consumerOf(t, c)
	if _, err := reader.Next(within(t)); err == nil || !strings.Contains(err.Error(), "UNKNOWN_TOPIC") {
		t.Errorf("without a topic: %v", err)
	}
	sink := sinkOf(t, c)
	expect := func(eventType string) {
		t.Helper()
		deliver(t, sink, event(t, eventType, "", 0))
		for {
			b := next(t, reader)
			_ = b.Ack()
			if b.Events()[len(b.Events())-1].Type == eventType {
				return
			}
		}
	}
	expect("one")
	up := between.down()
	if _, err := reader.Next(within(t)); err == nil {
		t.Error("nobody is there, and Next returns no error")
	}
	if err := reader.Ping(within(t)); err == nil {
		t.Error("nobody is there, and Ping returns no error")
	}
	up()
	expect("two")
	deleteTopic(t, client(t, brokers), c.Topic)
	expect("three")
}

// TestPing: brokers that answer are not enough, when they have nothing for the group.
func TestPing(t *testing.T) {
	c := own(realBrokers(t))
	reader := consumerOf(t, c)
	if err := reader.Ping(within(t)); !errors.Is(err, kerr.UnknownTopicOrPartition) {
		t.Errorf("without a topic: %v", err)
	}
	if err := sinkOf(t, c).Prepare(within(t)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the reader finds the topic", func() bool { return reader.Ping(within(t)) == nil })
}
