// SPDX-License-Identifier: Apache-2.0

package natsstore_test

import (
	"errors"
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
		{"replicas of one server", nil, func(c *natsstore.Config) { c.Replicas = 3 }, "replicas > 1 not supported"},
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
