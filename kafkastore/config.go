// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// The defaults of [Config].
const (
	DefaultTopic        = "otelanalytics-events"
	DefaultPartitions   = 12
	DefaultReplicas     = 3
	DefaultMinInSync    = 2
	DefaultMaxAge       = 7 * 24 * time.Hour
	DefaultWriteTimeout = 10 * time.Second

	// DefaultMaxEventBytes fits the default bound of a broker, 1 MiB.
	DefaultMaxEventBytes = 1<<20 - envelopeBytes
)

// envelopeBytes is room for the batch around a record, its key and its headers.
const envelopeBytes = 1 << 10

// The bounds of [Config].
const (
	MaxPartitions   = 10_000
	MaxReplicas     = 15
	MinMaxAge       = time.Minute
	MinWriteTimeout = 100 * time.Millisecond
	MinUserKey      = 16 // bytes
)

// Config names the topic that events go to. The zero value of a field is its default; URL is required.
type Config struct {
	// URL names the brokers, and may name the topic: kafka://[user:password@]host:9092,host:9092[/topic][?sasl=mechanism]. With
	// kafka+tls:// connections are encrypted. The mechanism is plain, scram-sha-256 or scram-sha-512. A reader's group may stand there,
	// too: &group=name. Users and passwords never appear in a log or an error. Required.
	URL string
	// TLS is for brokers with certificates of an authority of your own, and for client certificates. Connections are encrypted when it
	// is given, with either scheme. Nil: the system's authorities, with kafka+tls://.
	TLS *tls.Config
	// Topic is the name of the topic, unless the URL names it: DefaultTopic.
	Topic string
	// Partitions is how many partitions a topic gets that is created: DefaultPartitions, at most MaxPartitions. As many readers of a
	// group can share the work. A topic that exists may have any number.
	Partitions int
	// Replicas is on how many brokers each partition is kept: DefaultReplicas, from 1 to MaxReplicas. A topic that exists must have as
	// many or more. A single broker has 1.
	Replicas int
	// MinInSync is how many replicas must have an event before it is stored: DefaultMinInSync, or Replicas if that is less. A topic
	// that exists must ask for as many or more (min.insync.replicas).
	MinInSync int
	// MaxAge is for how long the topic keeps an event, delivered or not: DefaultMaxAge, 7 days. At least MinMaxAge. A topic that
	// exists must have the same (retention.ms). Readers that are away for longer miss events.
	MaxAge time.Duration
	// WithoutTopic leaves the topic to you: it is neither created nor checked, and the account needs no more than to write.
	WithoutTopic bool
	// UserKey hashes users, so that all events of a user are in one partition and no key names one. It has MinUserKey bytes or more,
	// is the same in all services, and serves nothing else. Empty: records have no key.
	UserKey []byte
	// WriteTimeout bounds one delivery: until the topic has acknowledged each of its events. DefaultWriteTimeout, at least
	// MinWriteTimeout.
	WriteTimeout time.Duration
	// MaxEventBytes bounds the document of an event: the store refuses a larger one when it is tracked, with an error that names this
	// sink. DefaultMaxEventBytes fits a broker's default, at most eventstore.MaxDocumentBytes. A topic that is created takes as
	// much. Set it to the topic's max.message.bytes less 1 KiB.
	MaxEventBytes int
	// Options are further settings of the client, such as kgo.SASL with another mechanism. They are applied last.
	Options []kgo.Opt
}

// withDefaults returns the configuration with defaults filled in, or every mistake joined.
func (c Config) withDefaults() (Config, address, error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("kafkastore: "+format, args...)) }
	where, err := parseURL(c.URL)
	if err != nil {
		errs = append(errs, err)
	}
	if where.topic != "" && c.Topic != "" && where.topic != c.Topic {
		bad("Config.Topic is %q and Config.URL names the topic %q; give one of them", c.Topic, where.topic)
	}
	c.Topic = cmp.Or(c.Topic, where.topic, DefaultTopic)
	c.Partitions = cmp.Or(c.Partitions, DefaultPartitions)
	c.Replicas = cmp.Or(c.Replicas, DefaultReplicas)
	c.MinInSync = cmp.Or(c.MinInSync, min(DefaultMinInSync, c.Replicas))
	c.MaxAge = cmp.Or(c.MaxAge, DefaultMaxAge)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, DefaultWriteTimeout)
	c.MaxEventBytes = cmp.Or(c.MaxEventBytes, DefaultMaxEventBytes)
	c.UserKey = bytes.Clone(c.UserKey)
	if !isTopic(c.Topic) {
		bad("Config.Topic is %q; a name of a topic has letters, digits, dots, - and _, and is 249 bytes at most", c.Topic)
	}
	if c.Partitions < 1 || c.Partitions > MaxPartitions {
		bad("Config.Partitions is %d; it must be between 1 and %d", c.Partitions, MaxPartitions)
	}
	if c.Replicas < 1 || c.Replicas > MaxReplicas {
		bad("Config.Replicas is %d; it must be between 1 and %d", c.Replicas, MaxReplicas)
	} else if c.MinInSync < 1 || c.MinInSync > c.Replicas {
		bad("Config.MinInSync is %d; it must be between 1 and %d (Config.Replicas)", c.MinInSync, c.Replicas)
	}
	if c.MaxAge < MinMaxAge {
		bad("Config.MaxAge is %v; it must be at least %v", c.MaxAge, MinMaxAge)
	}
	if n := len(c.UserKey); n > 0 && n < MinUserKey {
		bad("Config.UserKey has %d bytes; it must have at least %d", n, MinUserKey)
	}
	if c.WriteTimeout < MinWriteTimeout {
		bad("Config.WriteTimeout is %v; it must be at least %v", c.WriteTimeout, MinWriteTimeout)
	}
	if c.MaxEventBytes < 0 || c.MaxEventBytes > eventstore.MaxDocumentBytes {
		bad("Config.MaxEventBytes is %d; it must be between 1 and %d (16 MiB)", c.MaxEventBytes, eventstore.MaxDocumentBytes)
	}
	return c, where, errors.Join(errs...)
}

// isTopic reports whether Kafka takes a name of a topic.
func isTopic(s string) bool {
	return s != "" && s != "." && s != ".." && len(s) <= 249 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	})
}
