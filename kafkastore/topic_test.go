// SPDX-License-Identifier: Apache-2.0

package kafkastore_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// TestTopic creates a topic that is missing, and holds one that is there to the configuration.
func TestTopic(t *testing.T) {
	brokers := brokersOf(fake(t))
	admin := client(t, brokers)
	fits := map[string]string{"retention.ms": "604800000", "min.insync.replicas": "2"}
	for _, test := range []struct {
		name     string
		settings map[string]string // that a topic has beside those that fit; nil: there is none
		replicas int16             // 0: three
		config   func(*kafkastore.Config)
		want     string // in the error; empty: none
	}{
		{"missing", nil, 0, nil, ""},
		{"fits", map[string]string{}, 0, nil, ""},
		{"keeps the last of each key", map[string]string{"cleanup.policy": "compact"}, 0, nil, "cleanup.policy is compact"},
		{"keeps the last of each key after a time", map[string]string{"cleanup.policy": "compact,delete"}, 0, nil, "cleanup.policy is compact,delete"},
		{"shorter", map[string]string{"retention.ms": "3600000"}, 0, nil, "for 3600000 ms (retention.ms), not for 604800000, which is 168h0m0s"},
		{"the same time", map[string]string{"retention.ms": "3600000"}, 0, func(c *kafkastore.Config) { c.MaxAge = time.Hour }, ""},
		{"a bound that removes", map[string]string{"retention.bytes": "1048576"}, 0, nil, "retention.bytes is 1048576"},
		{"one in sync", map[string]string{"min.insync.replicas": "1"}, 0, nil, "1 replicas are enough"},
		{"one in sync, which is enough", map[string]string{"min.insync.replicas": "1"}, 0, func(c *kafkastore.Config) { c.MinInSync = 1 }, ""},
		{"leaders that lack events", map[string]string{"unclean.leader.election.enable": "true"}, 0, nil, "may lead it"},
		{"fewer replicas", map[string]string{}, 2, nil, "2 replicas, fewer than 3"},
		{"replicas of too few brokers", nil, 0, func(c *kafkastore.Config) { c.Replicas = 4 }, "INVALID_REPLICATION_FACTOR"},
		{"left to others", map[string]string{"retention.ms": "3600000"}, 1, func(c *kafkastore.Config) { c.WithoutTopic = true }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := own(brokers)
			c.Replicas = 3
			if test.config != nil {
				test.config(&c)
			}
			if test.settings != nil {
				settings := maps.Clone(fits)
				maps.Copy(settings, test.settings)
				replicas := test.replicas
				if replicas == 0 {
					replicas = 3
				}
				createTopic(t, admin, c.Topic, replicas, settings)
			}
			s := sinkOf(t, c)
			err := s.Prepare(within(t))
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				deliver(t, s, event(t, "e", "", 0))
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
			if test.settings != nil && !errors.Is(err, kafkastore.ErrTopic) {
				t.Errorf("%v is not ErrTopic", err)
			}
		})
	}
}

// TestTopicIsDurable creates a topic that keeps events on most of its replicas, for as long as the configuration says.
func TestTopicIsDurable(t *testing.T) {
	brokers := brokersOf(fake(t))
	c := own(brokers)
	c.Replicas, c.Partitions, c.MaxAge, c.MaxEventBytes = 3, 5, 70*time.Hour, 2<<20
	deliver(t, sinkOf(t, c), event(t, "e", "", 0))
	is := settingsOf(t, client(t, brokers), c.Topic)
	for name, want := range map[string]string{
		"cleanup.policy": "delete", "retention.ms": "252000000", "retention.bytes": "-1", "segment.ms": "36000000", "min.insync.replicas": "2", "max.message.bytes": "2098176",
	} {
		if is[name] != want {
			t.Errorf("%s is %s, want %s", name, is[name], want)
		}
	}
	ends, err := endsOf(within(t), client(t, brokers), c.Topic)
	if err != nil || len(ends) != 5 {
		t.Errorf("%d partitions, %v", len(ends), err)
	}
}
