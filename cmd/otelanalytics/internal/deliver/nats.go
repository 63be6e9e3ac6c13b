// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/natsstore"
)

// natsFlags are the flags that streams of NATS JetStream alone have.
type natsFlags struct{ credentials, stream, subjects string }

func (f *natsFlags) add(set *pflag.FlagSet) {
	set.StringVar(&f.credentials, "credentials", "", "the `file` of the account in NATS (.creds)")
	set.StringVar(&f.stream, "stream", natsstore.DefaultStream, "the `name` of the stream of NATS")
	set.StringVar(&f.subjects, "subjects", natsstore.DefaultSubjects, "what the subjects of that stream `begin` with")
}

func (f *natsFlags) log() logKind {
	return logKind{
		schemes: []string{"nats", "tls", "ws", "wss"},
		url:     "nats://host:4222, or with tls, ws or wss",
		flags:   []string{"credentials", "stream", "subjects"},
		open: func(s *settings, from string) (source, error) {
			tls, err := s.tls()
			if err != nil {
				return nil, err
			}
			c, err := natsstore.NewConsumer(natsstore.Config{
				URL: from, Credentials: f.credentials, TLS: tls, Stream: f.stream, Subjects: f.subjects,
			}, s.group)
			if err != nil {
				return nil, fmt.Errorf("--from, --credentials, --stream, --subjects or --group: %w", err)
			}
			return stream{c}, nil
		},
	}
}

// stream is a stream of NATS JetStream.
type stream struct{ *natsstore.Consumer }

func (s stream) Next(ctx context.Context) (batch, error) {
	b, err := s.Consumer.Next(ctx)
	if err != nil {
		return nil, err // and no batch, not even a nil one with a type
	}
	return streamBatch{b}, nil
}

func (s stream) Lag(ctx context.Context) (pending, unacknowledged int64, err error) {
	lag, err := s.Consumer.Lag(ctx)
	return lag.Pending, lag.Unacknowledged, err
}

// streamBatch is a batch of a stream.
type streamBatch struct{ *natsstore.Batch }

func (b streamBatch) Split(f func(*eventstore.Event) bool) (yes, no batch) {
	y, n := b.Batch.Split(f)
	return streamBatch{y}, streamBatch{n}
}
