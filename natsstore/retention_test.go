// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// TestRetention: the oldest event that is not acknowledged has an age, whoever has got it, and the limits of the stream are told with what
// is used of them.
func TestRetention(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	js := client(t, server.URL())
	for _, test := range []struct {
		name    string
		discard jetstream.DiscardPolicy
		done    int64 // how much is used of the messages when 4 of 5 are acknowledged
	}{{"refuses", jetstream.DiscardNew, 5}, {"removes", jetstream.DiscardOld, 1}} {
		t.Run(test.name, func(t *testing.T) {
			c := own(server.URL())
			if _, err := js.CreateStream(within(t), jetstream.StreamConfig{
				Name: c.Stream, Subjects: []string{c.Subjects + ".*", "other." + c.Stream}, MaxAge: time.Hour, MaxMsgs: 20, MaxBytes: 1 << 20, Discard: test.discard,
			}); err != nil {
				t.Fatal(err)
			}
			reader := consumerOf(t, c)
			publish := func(subject string, n int) {
				t.Helper()
				for range n {
					if _, err := js.Publish(within(t), subject, event(t, "e", 1000).Document); err != nil {
						t.Fatal(err)
					}
				}
			}
			publish(c.Subjects+".e", 4)
			var batches []*natsstore.Batch
			for got := 0; got < 4; {
				b := next(t, reader)
				batches, got = append(batches, b), got+len(b.Events())
			}
			pause := time.Now()
			eventually(t, func() bool {
				r, err := reader.Retention(within(t))
				return err == nil && r.OldestAge > 100*time.Millisecond // of events that the reader has
			})
			r, err := reader.Retention(within(t))
			if err != nil || r.OldestAge > time.Since(pause)+time.Minute || r.MaxAge != time.Hour || r.Messages != (natsstore.Bound{Used: 4, Max: 20}) || r.Bytes.Max != 1<<20 || r.Bytes.Used < 4000 {
				t.Errorf("%+v, %v", r, err)
			}
			for _, b := range batches {
				if err := b.Ack(); err != nil {
					t.Fatal(err)
				}
			}
			publish("other."+c.Stream, 1) // which is not for the group
			eventually(t, func() bool {
				r, err = reader.Retention(within(t))
				return err == nil && r.OldestAge == 0 && r.Messages.Used == test.done
			})
			publish(c.Subjects+".e", 1)
			eventually(t, func() bool {
				r, err = reader.Retention(within(t))
				return err == nil && r.OldestAge > 0
			})
		})
	}
}

// TestRetentionWithoutLimits tells of none, and of errors where nobody answers.
func TestRetentionWithoutLimits(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	reader := consumerOf(t, c)
	if _, err := reader.Retention(within(t)); err == nil {
		t.Error("there is no stream, and no error")
	}
	deliver(t, sinkOf(t, c), event(t, "e", 0))
	if err := next(t, reader).Ack(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		r, err := reader.Retention(within(t))
		return err == nil && r.OldestAge == 0 && r.Bytes.Max == 0 && r.Messages.Max == 0 && r.MaxAge == natsstore.DefaultMaxAge
	})
}
