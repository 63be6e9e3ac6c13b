// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/kafkastore"
)

// kafkaLog is a topic of Kafka. Its URL names the topic, and may name the group, which counts when --group is not given.
func kafkaLog(groupGiven bool) logKind {
	return logKind{
		schemes: []string{"kafka", "kafka+tls"},
		url:     "kafka://host:9092,host:9092/topic?group=name, or with kafka+tls",
		open: func(s *settings, from string) (source, error) {
			tls, err := s.tls()
			if err != nil {
				return nil, err
			}
			group := s.group
			if !groupGiven {
				group = cmp.Or(groupOf(from), group)
			}
			reader, err := kafkastore.NewConsumer(kafkastore.Config{URL: from, TLS: tls}, group)
			if err != nil {
				return nil, fmt.Errorf("--from or --group: %w", err)
			}
			return topic{reader}, nil
		},
	}
}

// groupOf returns the group that a URL names. A URL that is none is for kafkastore to judge.
func groupOf(from string) string {
	_, query, _ := strings.Cut(from, "?")
	values, _ := url.ParseQuery(query)
	return values.Get("group")
}

// topic is a topic of Kafka.
type topic struct{ *kafkastore.Consumer }

func (t topic) Next(ctx context.Context) (batch, error) {
	b, err := t.Consumer.Next(ctx)
	if err != nil {
		return nil, err // and no batch, not even a nil one with a type
	}
	return topicBatch{b}, nil
}

func (t topic) Lag(ctx context.Context) (pending, unacknowledged int64, err error) {
	lag, err := t.Consumer.Lag(ctx)
	return lag.Pending, lag.Unacknowledged, err
}

// topicBatch is a batch of a topic.
type topicBatch struct{ *kafkastore.Batch }

func (b topicBatch) Split(f func(*eventstore.Event) bool) (yes, no batch) {
	y, n := b.Batch.Split(f)
	return topicBatch{y}, topicBatch{n}
}
