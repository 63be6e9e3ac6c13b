// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestTransactions: a reader gets the records of transactions that were committed, and no others. What it does not get holds back neither
// its offset nor the lag, and is no gap.
func TestTransactions(t *testing.T) {
	t.Parallel()
	const plain, committed, aborted = "plain", "committed", "aborted"
	for _, order := range [][]string{
		{committed},
		{aborted},
		{plain, committed, aborted, plain},
		{aborted, aborted, plain, committed},
		{plain, aborted},
		{plain, committed},
		{aborted, plain, aborted, committed, aborted},
	} {
		t.Run(strings.Join(order, " "), func(t *testing.T) {
			t.Parallel()
			brokers := realBrokers(t)
			c := own(brokers)
			c.Partitions = 1
			sink := sinkOf(t, c)
			deliver(t, sink, event(t, "first", "", 0))
			want := []string{"first"}
			for i, kind := range order {
				name := fmt.Sprintf("%s %d", kind, i)
				if kind == plain {
					deliver(t, sink, event(t, name, "", 0))
				} else {
					transact(t, brokers, c.Topic, name, kind == committed)
				}
				switch kind {
				case plain:
					want = append(want, name)
				case committed:
					want = append(want, name, name, name)
				}
			}
			first := consumerOf(t, c)
			if got := typesUntilDone(t, first, len(want)); strings.Join(got, ",") != strings.Join(want, ",") {
				t.Errorf("got %v, want %v", got, want)
			}
			if err := first.Close(within(t)); err != nil {
				t.Error(err)
			}
			deliver(t, sink, event(t, "last", "", 0))
			if got := typesUntilDone(t, consumerOf(t, c), 1); len(got) != 1 || got[0] != "last" {
				t.Errorf("another reader of the group got %v", got)
			}
		})
	}
}

// TestOpenTransaction: records behind the first one of a transaction without a result are not pending yet, and come when it has one.
func TestOpenTransaction(t *testing.T) {
	t.Parallel()
	brokers := realBrokers(t)
	c := own(brokers)
	c.Partitions = 1
	sink := sinkOf(t, c)
	deliver(t, sink, event(t, "first", "", 0))
	end := begin(t, brokers, c.Topic, "open")
	deliver(t, sink, event(t, "behind", "", 0))
	reader := consumerOf(t, c)
	if got := typesUntilDone(t, reader, 1); len(got) != 1 || got[0] != "first" {
		t.Errorf("while the transaction is open: %v", got)
	}
	end(true)
	if got := typesUntilDone(t, reader, 4); strings.Join(got, ",") != "open,open,open,behind" {
		t.Errorf("then: %v", got)
	}
}

// typesUntilDone reads and acknowledges until it has n events and nothing is left.
func typesUntilDone(t *testing.T, reader *kafkastore.Consumer, n int) (types []string) {
	t.Helper()
	eventually(t, "nothing is left", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		b, err := reader.Next(ctx)
		if errors.Is(err, kafkastore.ErrMissed) {
			t.Error(err)
		}
		if err == nil {
			for _, e := range b.Events() {
				types = append(types, e.Type)
			}
			_ = b.Ack()
		}
		lag, err := reader.Lag(within(t))
		return err == nil && len(types) >= n && lag == kafkastore.Lag{}
	})
	return types
}

// transact publishes three events in a transaction.
func transact(t *testing.T, brokers, topic, eventType string, commit bool) {
	t.Helper()
	begin(t, brokers, topic, eventType)(commit)
}

// begin publishes three events in a transaction, which end ends.
func begin(t *testing.T, brokers, topic, eventType string) (end func(commit bool)) {
	t.Helper()
	writer := client(t, brokers, kgo.TransactionalID(uuid.NewString()))
	if err := writer.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		r := &kgo.Record{
			Topic: topic, Value: event(t, eventType, "", 0).Document,
			Headers: []kgo.RecordHeader{{Key: kafkastore.HeaderType, Value: []byte(eventType)}},
		}
		if err := writer.ProduceSync(within(t), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	return func(commit bool) {
		if err := writer.EndTransaction(within(t), kgo.TransactionEndTry(commit)); err != nil {
			t.Fatal(err)
		}
	}
}
