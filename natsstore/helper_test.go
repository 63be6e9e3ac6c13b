// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/queuetest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// patience is how long something may take that must happen.
const patience = 3 * time.Minute

// client is what a test looks at a server with, apart from the code under test.
func client(t testing.TB, url string) jetstream.JetStream {
	t.Helper()
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// own returns a configuration with a stream of its own.
func own(url string) natsstore.Config {
	name := strings.ReplaceAll(uuid.NewString(), "-", "")
	return natsstore.Config{URL: url, Stream: "S" + name, Subjects: "s" + name, Replicas: 1}
}

func sinkOf(t testing.TB, c natsstore.Config) *natsstore.Sink {
	t.Helper()
	s, err := natsstore.NewSink(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return s
}

func consumerOf(t testing.TB, c natsstore.Config) *natsstore.Consumer {
	t.Helper()
	reader, err := natsstore.NewConsumer(c, "readers")
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

// event returns an event of a type, whose document is size bytes larger than it need be.
func event(t testing.TB, eventType string, size int) eventstore.Event {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	document, err := bson.Marshal(bson.D{
		{Key: "_id", Value: bson.Binary{Subtype: bson.TypeBinaryUUID, Data: id[:]}},
		{Key: "event_type", Value: eventType},
		{Key: "padding", Value: strings.Repeat("x", size)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return eventstore.Event{ID: id, Type: eventType, Document: document}
}

// deliver has the sink take events, in as many attempts as a queue would make.
func deliver(t testing.TB, s *natsstore.Sink, events ...eventstore.Event) []eventstore.Verdict {
	t.Helper()
	return queuetest.Try(t, patience, func(ctx context.Context) ([]eventstore.Verdict, error) { return s.Deliver(ctx, events) })
}

// messages returns what a stream has.
func messages(ctx context.Context, js jetstream.JetStream, stream string) (all []*jetstream.RawStreamMsg, err error) {
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return nil, err
	}
	state := s.CachedInfo().State
	for seq := max(state.FirstSeq, 1); seq <= state.LastSeq; seq++ {
		m, err := s.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", seq, err)
		}
		all = append(all, m)
	}
	return all, nil
}

// next returns the reader's next batch.
func next(t testing.TB, c *natsstore.Consumer) *natsstore.Batch {
	t.Helper()
	return queuetest.Try(t, patience, c.Next)
}

// lockedLog is what a store has logged.
type lockedLog struct {
	mu sync.Mutex
	b  strings.Builder // guarded by mu
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
