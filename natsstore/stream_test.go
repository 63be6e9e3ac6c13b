// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// TestStream creates a stream that is missing, and holds one that is there to the configuration.
func TestStream(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	js := client(t, server.URL())
	for _, test := range []struct {
		name   string
		stream func(*jetstream.StreamConfig) // changes one that fits; nil: there is none
		config func(*natsstore.Config)
		want   string // in the error; empty: none
	}{
		{"missing", nil, nil, ""},
		{"fits", func(*jetstream.StreamConfig) {}, nil, ""},
		{"more subjects", func(s *jetstream.StreamConfig) {
			s.Subjects = []string{"other." + s.Name, strings.TrimSuffix(s.Subjects[0], "*") + ">"}
		}, nil, ""},
		{"a queue for one reader", func(s *jetstream.StreamConfig) { s.Retention = jetstream.WorkQueuePolicy }, nil, ""},
		{"a bound that refuses", func(s *jetstream.StreamConfig) { s.MaxBytes, s.Discard = 1<<20, jetstream.DiscardNew }, nil, ""},
		{"a bound that removes", func(s *jetstream.StreamConfig) { s.MaxBytes, s.Discard = 1<<20, jetstream.DiscardOld }, nil, "removes the oldest"},
		{"other subjects", func(s *jetstream.StreamConfig) { s.Subjects = []string{s.Name + ".x"} }, nil, "does not take the subjects"},
		{"in memory", func(s *jetstream.StreamConfig) { s.Storage = jetstream.MemoryStorage }, nil, "in memory"},
		{"shorter", func(s *jetstream.StreamConfig) { s.MaxAge = time.Hour }, nil, "for 1h0m0s, not for 168h0m0s"},
		{"the same time", func(s *jetstream.StreamConfig) { s.MaxAge = time.Hour }, func(c *natsstore.Config) { c.MaxAge = time.Hour }, ""},
		{"without acknowledgements", func(s *jetstream.StreamConfig) { s.NoAck = true }, nil, "acknowledges nothing"},
		{"for those who have asked", func(s *jetstream.StreamConfig) { s.Retention = jetstream.InterestPolicy }, nil, "nobody has asked"},
		{"fewer replicas", func(*jetstream.StreamConfig) {}, func(c *natsstore.Config) { c.Replicas = 3 }, "1 replicas, fewer than 3"},
		{"replicas of one server", nil, func(c *natsstore.Config) { c.Replicas = 3 }, "cannot be created with Config.Replicas 3"},
		{"left to others", func(s *jetstream.StreamConfig) { s.MaxAge = time.Hour }, func(c *natsstore.Config) { c.WithoutStream = true }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := own(server.URL())
			if test.config != nil {
				test.config(&c)
			}
			if test.stream != nil {
				s := jetstream.StreamConfig{Name: c.Stream, Subjects: []string{c.Subjects + ".*"}, MaxAge: natsstore.DefaultMaxAge}
				test.stream(&s)
				if _, err := js.CreateStream(within(t), s); err != nil {
					t.Fatal(err)
				}
			}
			s := sinkOf(t, c)
			err := s.Prepare(within(t))
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				deliver(t, s, event(t, "e", 0))
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
			if test.stream != nil && !errors.Is(err, natsstore.ErrStream) {
				t.Errorf("%v is not ErrStream", err)
			}
		})
	}
}

// TestStreamIsDurable creates a stream that keeps events in files, for as long as the configuration says, and refuses at a bound.
func TestStreamIsDurable(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c := own(server.URL())
	c.MaxAge = 48 * time.Hour
	deliver(t, sinkOf(t, c), event(t, "e", 0))
	s, err := client(t, server.URL()).Stream(within(t), c.Stream)
	if err != nil {
		t.Fatal(err)
	}
	is := s.CachedInfo().Config
	if is.Storage != jetstream.FileStorage || is.MaxAge != 48*time.Hour || is.Discard != jetstream.DiscardNew || is.Replicas != 1 || len(is.Subjects) != 1 || is.Subjects[0] != c.Subjects+".*" {
		t.Errorf("%+v", is)
	}
}

// TestAnotherStream takes the subjects once the stream is gone: its answer is no acknowledgement.
func TestAnotherStream(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c, js := own(server.URL()), client(t, server.URL())
	c.WithoutStream = true
	if _, err := js.CreateStream(within(t), jetstream.StreamConfig{Name: "OTHER", Subjects: []string{c.Subjects + ".*"}}); err != nil {
		t.Fatal(err)
	}
	verdicts, err := sinkOf(t, c).Deliver(within(t), []eventstore.Event{event(t, "e", 0)})
	if !errors.Is(err, natsstore.ErrStream) || !strings.Contains(err.Error(), "OTHER") {
		t.Errorf("%v", err)
	}
	for _, v := range verdicts {
		if v.Outcome != eventstore.Retry {
			t.Errorf("%+v", v)
		}
	}
}

// TestStreamThatIsChanged while events come: the next look finds it, events wait until the stream fits again, and errors name what is wrong.
func TestStreamThatIsChanged(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	js := client(t, server.URL())
	for _, test := range []struct {
		name         string
		change, undo func(*jetstream.StreamConfig)
		publishable  bool // all the same: only a look finds it
		want         string
	}{
		{
			"removes", func(s *jetstream.StreamConfig) { s.MaxBytes, s.Discard = 1<<20, jetstream.DiscardOld },
			func(s *jetstream.StreamConfig) { s.MaxBytes, s.Discard = -1, jetstream.DiscardNew }, true, "removes the oldest",
		},
		{
			"shorter", func(s *jetstream.StreamConfig) { s.MaxAge = time.Hour },
			func(s *jetstream.StreamConfig) { s.MaxAge = natsstore.DefaultMaxAge }, true, "for 1h0m0s, not for 168h0m0s",
		},
		{
			"other subjects", func(s *jetstream.StreamConfig) { s.Subjects = []string{"other." + s.Name} },
			func(s *jetstream.StreamConfig) { s.Subjects = []string{"s" + s.Name[1:] + ".*"} }, false, "does not take the subjects",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := own(server.URL())
			s := sinkOf(t, c)
			deliver(t, s, event(t, "e", 0))
			change(t, js, c.Stream, test.change)
			if err := s.Ping(within(t)); !errors.Is(err, natsstore.ErrStream) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "nats stream edit") {
				t.Errorf("a ping: %v", err)
			}
			if verdicts, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", 0)}); !errors.Is(err, natsstore.ErrStream) || len(verdicts) > 0 {
				t.Errorf("a delivery behind it: %v, %v", verdicts, err)
			}
			change(t, js, c.Stream, test.undo)
			deliver(t, s, event(t, "e", 0))
			if err := s.Ping(within(t)); err != nil {
				t.Error(err)
			}

			// Without a ping, a delivery finds it: one that is refused, or the first after a minute.
			change(t, js, c.Stream, test.change)
			s.Age(map[bool]time.Duration{true: 2 * time.Minute, false: 2 * time.Second}[test.publishable])
			eventually(t, func() bool {
				_, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", 0)})
				return errors.Is(err, natsstore.ErrStream) && strings.Contains(err.Error(), test.want)
			})
			change(t, js, c.Stream, test.undo)
			deliver(t, s, event(t, "e", 0))
		})
	}
}

// moment returns a context for one question.
func moment(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// TestStreamWithoutALeader: a server still describes the stream when most of the others are away. Nobody acknowledges events then, and a
// ping says so, to a service and to a reader.
func TestStreamWithoutALeader(t *testing.T) {
	t.Parallel() // servers take their time to miss the others
	cluster := natstest.Start(t, 3)
	c := own(cluster.URL())
	c.Replicas = 3
	s := sinkOf(t, c)
	eventually(t, func() bool {
		verdicts, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", 0)})
		return err == nil && verdicts[0].Outcome == eventstore.Stored
	})
	reader := consumerOf(t, c)
	if err := next(t, reader).Ack(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return reader.Ping(moment(t)) == nil })
	cluster.Server(0).Kill()
	cluster.Server(1).Kill()
	eventually(t, func() bool {
		err := s.Ping(within(t))
		return err != nil && strings.Contains(err.Error(), "has no leader")
	})
	eventually(t, func() bool { return reader.Ping(moment(t)) != nil })
	cluster.Server(0).Start()
	cluster.Server(1).Start()
	eventually(t, func() bool { return s.Ping(within(t)) == nil && reader.Ping(moment(t)) == nil })
}

// TestStreamWithFewerReplicas is found by a look at a cluster, and takes events again when it has as many as before.
func TestStreamWithFewerReplicas(t *testing.T) {
	cluster := natstest.Start(t, 3)
	c := own(cluster.URL())
	c.Replicas = 3
	s, js := sinkOf(t, c), client(t, cluster.URL())
	deliver(t, s, event(t, "e", 0))
	replicas := func(n int) {
		eventually(t, func() bool {
			is, err := js.Stream(within(t), c.Stream)
			if err == nil {
				config := is.CachedInfo().Config
				config.Replicas = n
				_, err = js.UpdateStream(within(t), config)
			}
			return err == nil
		})
	}
	replicas(1)
	eventually(t, func() bool { // those who were asked last may not know yet
		err := s.Ping(within(t))
		return errors.Is(err, natsstore.ErrStream) && strings.Contains(err.Error(), "1 replicas, fewer than 3 (Config.Replicas)")
	})
	if _, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", 0)}); !errors.Is(err, natsstore.ErrStream) {
		t.Errorf("a delivery: %v", err)
	}
	replicas(3)
	deliver(t, s, event(t, "e", 0))
}

// TestStreamForSmallerEvents lowers the bound at which events are refused, and raises it again.
func TestStreamForSmallerEvents(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c, js := own(server.URL()), client(t, server.URL())
	var log lockedLog
	s := sinkOf(t, c)
	store, err := eventstore.Open(t.Context(), s, eventstore.Config{Dir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = store.Shutdown(ctx)
	}()
	add := func(size int) error {
		_, err := store.Append(within(t), event(t, "e", size), eventstore.AckWritten)
		return err
	}
	flush := func() {
		t.Helper()
		if err := store.Flush(within(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := add(100_000); err != nil {
		t.Fatal(err)
	}
	flush()
	change(t, js, c.Stream, func(s *jetstream.StreamConfig) { s.MaxMsgSize = 50_000 })
	// One is accepted while nobody knows. The stream refuses it, and it goes to quarantine.
	s.Age(2 * time.Second)
	if err := add(100_000); err != nil {
		t.Fatal(err)
	}
	flush()
	if err := add(100_000); !errors.Is(err, eventstore.ErrTooLarge) || !strings.Contains(err.Error(), "nats takes at most 49937") {
		t.Errorf("the next one: %v", err)
	}
	largest := event(t, "e", 0)
	if err := add(49_937 - len(largest.Document)); err != nil {
		t.Errorf("the largest that it takes: %v", err)
	}
	flush()
	if st := store.Stats(); st.Quarantined[eventstore.QuarantineKey{Type: "e", Reason: "too_large"}] != 1 || st.Stored["e"] != 2 {
		t.Errorf("%+v", st)
	}
	if text := store.Health(within(t)).SinkError; !strings.Contains(text, "50000 bytes (max_msg_size)") || !strings.Contains(text, "to 49937") {
		t.Errorf("its health: %q", text)
	}
	if text := log.String(); !strings.Contains(text, "bytes=49937") {
		t.Errorf("the log has no new bound:\n%s", text)
	}
	change(t, js, c.Stream, func(s *jetstream.StreamConfig) { s.MaxMsgSize = -1 })
	if text := store.Health(within(t)).SinkError; text != "" {
		t.Errorf("its health: %q", text)
	}
	if err := add(100_000); err != nil {
		t.Error(err)
	}
}

// TestRedrawnSubjects: another stream has taken the subjects over from one that was removed. The error names both.
func TestRedrawnSubjects(t *testing.T) {
	server := natstest.Start(t, 1).Server(0)
	c, js := own(server.URL()), client(t, server.URL())
	s := sinkOf(t, c)
	deliver(t, s, event(t, "e", 0))
	if err := js.DeleteStream(within(t), c.Stream); err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(within(t), jetstream.StreamConfig{Name: "O" + c.Stream, Subjects: []string{c.Subjects + ".*"}}); err != nil {
		t.Fatal(err)
	}
	s.Age(2 * time.Second)
	eventually(t, func() bool {
		_, err := s.Deliver(within(t), []eventstore.Event{event(t, "e", 0)})
		return err != nil && strings.Contains(err.Error(), "overlap")
	})
}
