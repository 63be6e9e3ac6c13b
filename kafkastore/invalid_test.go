// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestTopicThatIsCompacted: brokers refuse records without a key, because the topic keeps one record of each key. Events wait until the
// topic fits again, and none goes to quarantine.
func TestTopicThatIsCompacted(t *testing.T) {
	cluster := fake(t)
	c := own(brokersOf(cluster))
	c.UserKey = nil
	s := sinkOf(t, c)
	deliver(t, s, some(t, 3)...)
	admin := client(t, brokersOf(cluster))
	changeTopic(t, admin, c.Topic, "cleanup.policy", "compact")
	permit := refuseRecords(cluster)
	events := some(t, 3)
	for range 3 {
		verdicts, err := s.Deliver(within(t), events)
		if !errors.Is(err, kafkastore.ErrTopic) || !strings.Contains(err.Error(), "cleanup.policy is compact") {
			t.Errorf("Deliver says %v", err)
		}
		for i, v := range verdicts {
			if v.Outcome != eventstore.Retry {
				t.Errorf("event %d: %+v", i, v)
			}
		}
	}
	changeTopic(t, admin, c.Topic, "cleanup.policy", "delete")
	permit()
	wasStored(t, deliver(t, s, events...))
}

// TestTopicThatTakesNoRecord: a rule of the topic that the sink cannot see refuses each record. A queue keeps the events, and delivers them
// when the rule is gone.
func TestTopicThatTakesNoRecord(t *testing.T) {
	t.Parallel()
	cluster := fake(t)
	c := own(brokersOf(cluster))
	createTopic(t, client(t, brokersOf(cluster)), c.Topic, 1, nil)
	c.WithoutTopic = true
	permit := refuseRecords(cluster)
	store, err := eventstore.Open(t.Context(), sinkOf(t, c), eventstore.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := store.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	}()
	const n, attempts = 5, 11 // one more than the store makes before it judges
	if _, _, err := store.AppendBatch(within(t), some(t, n), eventstore.AckWritten); err != nil {
		t.Fatal(err)
	}
	eventually(t, "each event is offered often", func() bool {
		s := store.Stats()
		return s.Errors["write"] >= n*attempts || len(s.Quarantined) > 0
	})
	if s := store.Stats(); len(s.Quarantined) > 0 || s.Pending != n {
		t.Errorf("while the topic takes nothing, %d events are pending, quarantined: %v", s.Pending, s.Quarantined)
	}
	permit()
	eventually(t, "nothing is pending", func() bool { return store.Stats().Pending == 0 })
}

// refuseRecords has a cluster take no record, until the function that it returns is called.
func refuseRecords(cluster *kfake.Cluster) (permit func()) {
	var permitted atomic.Bool
	cluster.ControlKey(int16(kmsg.Produce), func(asked kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if permitted.Load() {
			return nil, nil, false
		}
		return refuseProduce(asked.(*kmsg.ProduceRequest), kerr.InvalidRecord), nil, true
	})
	return func() { permitted.Store(true) }
}
