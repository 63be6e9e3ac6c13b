// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// TestConsumersShareEvents: two readers of a group get each event once, and a second group gets all of them.
func TestConsumersShareEvents(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	sink := sinkOf(t, c)
	want := make(map[[16]byte]eventstore.Event)
	for range 3 {
		events := make([]eventstore.Event, natsstore.BatchSize)
		for i := range events {
			events[i] = event(t, "e.x", 0)
			want[events[i].ID] = events[i]
		}
		deliver(t, sink, events...)
	}
	got := make(map[[16]byte]int)
	one, two := consumerOf(t, c), consumerOf(t, c)
	for n := 0; n < len(want); {
		for _, reader := range []*natsstore.Consumer{one, two} {
			if n >= len(want) {
				break
			}
			b := next(t, reader)
			n += len(b.Events())
			for _, e := range b.Events() {
				got[e.ID]++
				if w := want[e.ID]; e.Type != w.Type || !bytes.Equal(e.Document, w.Document) || e.Refusal != nil {
					t.Errorf("got %+v, want %+v", e, w)
				}
			}
			if err := b.Ack(); err != nil {
				t.Error(err)
			}
		}
	}
	for id := range want {
		if got[id] != 1 {
			t.Errorf("%x came %d times", id, got[id])
		}
	}
	if err := one.Close(within(t)); err != nil {
		t.Error(err)
	}
	eventually(t, func() bool {
		lag, err := two.Lag(within(t))
		return err == nil && lag == natsstore.Lag{}
	})
	others, err := natsstore.NewConsumer(c, "others")
	if err != nil {
		t.Fatal(err)
	}
	defer others.Close(t.Context())
	if n := len(next(t, others).Events()); n == 0 {
		t.Error("another group got nothing")
	}
	lag, err := others.Lag(within(t))
	if err != nil || lag.Pending+lag.Unacknowledged != int64(len(want)) {
		t.Errorf("%+v, %v", lag, err)
	}
}

// eventually calls f until it returns true. f waits by itself.
func eventually(t testing.TB, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); {
		if time.Now().After(end) {
			t.Fatal("it did not come about in time")
		}
	}
}

// TestRelease gives events to another reader, which counts them as delivered before.
func TestRelease(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	deliver(t, sinkOf(t, c), event(t, "e", 0))
	one, two := consumerOf(t, c), consumerOf(t, c)
	b := next(t, one)
	if err := b.Extend(); err != nil {
		t.Error(err)
	}
	if err := b.Release(100 * time.Millisecond); err != nil {
		t.Error(err)
	}
	if err := one.Close(within(t)); err != nil { // else it may get the event again: it has asked for more
		t.Error(err)
	}
	if n := len(next(t, two).Events()); n != 1 || two.Redelivered() != 1 || one.Redelivered() != 0 {
		t.Errorf("%d events, %d and %d redelivered", n, one.Redelivered(), two.Redelivered())
	}
}

// TestSplit: the parts of a batch become of different things.
func TestSplit(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	deliver(t, sinkOf(t, c), event(t, "a", 0), event(t, "b", 0), event(t, "a", 0))
	one, two := consumerOf(t, c), consumerOf(t, c)
	for yes, no := 0, 0; yes+no < 3; { // which may be one batch, or several
		b := next(t, one)
		as, others := b.Split(func(e *eventstore.Event) bool { return e.Type == "a" })
		yes, no = yes+len(as.Events()), no+len(others.Events())
		if len(as.Events())+len(others.Events()) != len(b.Events()) || yes > 2 || no > 1 {
			t.Fatalf("%d and %d of %d events", len(as.Events()), len(others.Events()), len(b.Events()))
		}
		if err := errors.Join(as.Ack(), others.Release(100*time.Millisecond)); err != nil {
			t.Error(err)
		}
	}
	if err := one.Close(within(t)); err != nil { // else it may get the event again: it has asked for more
		t.Error(err)
	}
	if events := next(t, two).Events(); len(events) != 1 || events[0].Type != "b" {
		t.Errorf("%d events come again", len(events))
	}
	eventually(t, func() bool {
		lag, err := two.Lag(within(t))
		return err == nil && lag == natsstore.Lag{Unacknowledged: 1}
	})
}

// TestMalformed: what is no event has a refusal, with an id that stays the same, and the bytes of the message.
func TestMalformed(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c, js := own(server.URL()), client(t, server.URL())
	deliver(t, sinkOf(t, c), event(t, "good", 0))
	withoutID, err := bson.Marshal(bson.D{{Key: "_id", Value: "text"}})
	if err != nil {
		t.Fatal(err)
	}
	good := event(t, "e", 0).Document
	bad := []struct {
		subject string
		data    []byte
		why     string
	}{
		{"e", nil, "no BSON document"},
		{"e", []byte(`{"json": true}`), "no BSON document"},
		{"e", good[:len(good)-3], "no BSON document"},
		{"e", withoutID, "_id is no UUID"},
		{"%zz", good, "subject"},
	}
	for _, m := range bad {
		if _, err := js.Publish(within(t), c.Subjects+"."+m.subject, m.data); err != nil {
			t.Fatal(err)
		}
	}
	read := func() (events []eventstore.Event) {
		reader := consumerOf(t, c)
		for len(events) < len(bad)+1 {
			b := next(t, reader)
			events = append(events, b.Events()...)
			if err := b.Release(100 * time.Millisecond); err != nil {
				t.Error(err)
			}
		}
		if err := reader.Close(within(t)); err != nil { // else it may get the messages again: it has asked for more
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
		if e.Refusal == nil || e.Refusal.Reason != natsstore.ReasonMalformed || !strings.Contains(e.Refusal.Message, m.why) || e.Type != "other" {
			t.Errorf("message %d: %+v", i, e.Refusal)
			continue
		}
		_, data, _ := bson.Raw(e.Document).Lookup("message").BinaryOK()
		_, id, _ := bson.Raw(e.Document).Lookup("_id").BinaryOK()
		if !bytes.Equal(data, m.data) || !bytes.Equal(id, e.ID[:]) {
			t.Errorf("message %d: the document is %v", i, bson.Raw(e.Document))
		}
	}
	ids := make(map[[16]byte]bool)
	for _, e := range append(first, read()...) {
		ids[e.ID] = true
	}
	if len(ids) != len(bad)+1 {
		t.Errorf("%d ids of %d messages that came twice", len(ids), len(bad)+1)
	}
}

// TestConsumerThatLoses refuses a group with which events would get lost.
func TestConsumerThatLoses(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	js := client(t, server.URL())
	for _, test := range []struct {
		name   string
		change func(*jetstream.ConsumerConfig)
		want   string
	}{
		{"gives up", func(c *jetstream.ConsumerConfig) { c.MaxDeliver = 3 }, "gives up after 3"},
		{"acknowledges by itself", func(c *jetstream.ConsumerConfig) { c.AckPolicy = jetstream.AckNonePolicy }, "not explicit"},
		{"hurries", func(c *jetstream.ConsumerConfig) { c.AckWait = time.Second }, "less than 30s"},
		{"gives no events", func(c *jetstream.ConsumerConfig) { c.HeadersOnly = true }, "headers alone"},
		{"reads a part", func(c *jetstream.ConsumerConfig) { c.FilterSubject = strings.Replace(c.FilterSubject, "*", "e", 1) }, "does not read all"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := own(server.URL())
			deliver(t, sinkOf(t, c), event(t, "e", 0))
			config := jetstream.ConsumerConfig{Durable: "readers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: natsstore.AckWait, FilterSubject: c.Subjects + ".*"}
			test.change(&config)
			if _, err := js.CreateConsumer(within(t), c.Stream, config); err != nil {
				t.Fatal(err)
			}
			if _, err := consumerOf(t, c).Next(within(t)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// TestConsumerThatIsChanged refuses a group, while it reads, that somebody has changed so that events would get lost.
func TestConsumerThatIsChanged(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c, js := own(server.URL()), client(t, server.URL())
	sink := sinkOf(t, c)
	deliver(t, sink, event(t, "e", 0))
	reader := consumerOf(t, c)
	if err := next(t, reader).Ack(); err != nil {
		t.Fatal(err)
	}
	change := func(maxDeliver int) {
		t.Helper()
		is, err := js.Consumer(within(t), c.Stream, "readers")
		if err != nil {
			t.Fatal(err)
		}
		config := is.CachedInfo().Config
		config.MaxDeliver = maxDeliver
		if _, err := js.UpdateConsumer(within(t), c.Stream, config); err != nil {
			t.Fatal(err)
		}
	}
	change(3)
	reader.Age(2 * time.Minute)
	eventually(t, func() bool { // a request that is under way ends first
		b, err := reader.Next(within(t))
		if err == nil {
			err = b.Ack()
		}
		return errors.Is(err, natsstore.ErrStream) && strings.Contains(err.Error(), "gives up after 3")
	})
	change(-1)
	deliver(t, sink, event(t, "later", 0))
	if b := next(t, reader); b.Events()[0].Type != "later" {
		t.Errorf("got %s", b.Events()[0].Type)
	}
}

// TestConsumerBeforeTheStream waits for a stream that does not exist yet, and for a server that is away.
func TestConsumerBeforeTheStream(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	reader := consumerOf(t, c)
	if _, err := reader.Next(within(t)); err == nil || !strings.Contains(err.Error(), "stream not found") {
		t.Errorf("without a stream: %v", err)
	}
	sink := sinkOf(t, c)
	deliver(t, sink, event(t, "one", 0))
	if err := next(t, reader).Ack(); err != nil {
		t.Error(err)
	}
	server.Kill()
	if _, err := reader.Next(within(t)); err == nil {
		t.Error("nobody is there, and Next returns no error")
	}
	server.Start()
	deliver(t, sink, event(t, "two", 0))
	for {
		// An acknowledgement may have been lost with the server.
		if b := next(t, reader); b.Events()[len(b.Events())-1].Type == "two" {
			return
		}
	}
}
