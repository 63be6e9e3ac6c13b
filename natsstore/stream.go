// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// lookEvery is how often a stream that fits is looked at again: somebody may have changed it.
	lookEvery = time.Minute
	// lookPause is how often it is looked at most while events are refused.
	lookPause = time.Second
	// lookPatience bounds a look at a stream that fitted before. Without an answer it is taken to fit.
	lookPatience = 2 * time.Second
)

// stream sees to it that the stream is there and is what the configuration asks for.
type stream struct {
	config Config
	turn   chan struct{} // holds one element while nobody looks

	fits       atomic.Pointer[time.Time] // when it was seen to fit; nil: it did not, or has to be looked at
	headless   atomic.Bool               // it had no leader when it was seen last
	maxMessage atomic.Int32              // the largest message that it takes, as it was seen last; 0: any that the server takes
}

func newStream(c Config) *stream {
	s := &stream{config: c, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// ensure creates the stream if it is missing, and checks one that is there: until it fits, and then once in lookEvery.
func (s *stream) ensure(ctx context.Context, js jetstream.JetStream) error {
	if s.config.WithoutStream {
		return nil
	}
	seen := s.fits.Load()
	if seen != nil {
		return s.lookAgain(ctx, js, seen)
	}
	select {
	case <-s.turn:
		defer s.yield()
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.fits.Load() != nil { // meanwhile
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	found, err := js.Stream(ctx, s.config.Stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		found, err = js.CreateStream(ctx, s.wanted())
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another process has created it
			found, err = js.Stream(ctx, s.config.Stream)
		}
		if api := (*jetstream.APIError)(nil); errors.As(err, &api) {
			err = fmt.Errorf("it is missing, and cannot be created with Config.Replicas %d, Config.MaxAge %v and Config.Subjects %s: %w",
				s.config.Replicas, s.config.MaxAge, s.config.Subjects, err)
		}
	}
	return s.judge(found, err)
}

// lookAgain checks a stream that fitted when it was seen, if that is long ago. Other deliveries do not wait for it.
func (s *stream) lookAgain(ctx context.Context, js jetstream.JetStream, seen *time.Time) error {
	if time.Since(*seen) < lookEvery {
		return nil
	}
	select {
	case <-s.turn:
		defer s.yield()
	default:
		return nil
	}
	if err := s.look(ctx, js); err == nil || s.fits.Load() == nil {
		return err
	}
	now := time.Now() // nobody answered, or an account may not ask any more
	s.fits.Store(&now)
	return nil
}

// look checks the stream that is there.
func (s *stream) look(ctx context.Context, js jetstream.JetStream) error {
	ctx, cancel := context.WithTimeout(ctx, min(lookPatience, s.config.WriteTimeout))
	defer cancel()
	return s.judge(js.Stream(ctx, s.config.Stream))
}

// judge notes what was found.
func (s *stream) judge(found jetstream.Stream, err error) error {
	if err != nil {
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			s.fits.Store(nil)
		}
		return fmt.Errorf("stream %s: %w", s.config.Stream, err)
	}
	cluster := found.CachedInfo().Cluster
	s.headless.Store(cluster != nil && cluster.Leader == "")
	is := &found.CachedInfo().Config
	s.maxMessage.Store(max(is.MaxMsgSize, 0)) // -1: any
	if err := s.check(is); err != nil {
		s.fits.Store(nil)
		return err
	}
	now := time.Now()
	s.fits.Store(&now)
	return nil
}

// led returns an error when nobody would acknowledge an event. Servers describe the stream all the same.
func (s *stream) led() error {
	if !s.headless.Load() {
		return nil
	}
	return fmt.Errorf("stream %s has no leader: most of the servers with its replicas must be up and reach each other", s.config.Stream)
}

func (s *stream) yield() { s.turn <- struct{}{} }

// doubt has the next delivery look at the stream: it has refused an event, or does not answer.
func (s *stream) doubt() {
	if seen := s.fits.Load(); seen != nil && time.Since(*seen) >= lookPause {
		s.fits.CompareAndSwap(seen, nil)
	}
}

func (s *stream) subjects() string { return s.config.Subjects + ".*" }

// wanted is the stream as it is created. A stream at a bound of the account refuses events, which then wait in the journal.
func (s *stream) wanted() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        s.config.Stream,
		Description: "Events of otelanalytics, on their way to MongoDB and other readers",
		Subjects:    []string{s.subjects()},
		Retention:   jetstream.LimitsPolicy,
		Discard:     jetstream.DiscardNew,
		Storage:     jetstream.FileStorage,
		Replicas:    s.config.Replicas,
		MaxAge:      s.config.MaxAge,
	}
}

// check returns everything in which a stream is not what the configuration asks for.
func (s *stream) check(is *jetstream.StreamConfig) error {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	takes := false
	for _, pattern := range is.Subjects {
		takes = takes || covers(pattern, s.subjects())
	}
	if !takes {
		bad("it does not take the subjects %s (Config.Subjects)", s.subjects())
	}
	if is.Storage != jetstream.FileStorage {
		bad("it is kept in memory; it must be kept in files")
	}
	if is.Replicas < s.config.Replicas {
		bad("it has %d replicas, fewer than %d (Config.Replicas)", is.Replicas, s.config.Replicas)
	}
	if is.MaxAge != s.config.MaxAge {
		bad("it keeps events for %v, not for %v (Config.MaxAge)", is.MaxAge, s.config.MaxAge)
	}
	if is.NoAck {
		bad("it acknowledges nothing (no_ack)")
	}
	if is.Sealed || is.Mirror != nil {
		bad("nothing can be published to it (sealed, or a mirror)")
	}
	if is.Retention == jetstream.InterestPolicy {
		bad("it removes events that nobody has asked for yet (retention: interest)")
	}
	if is.Discard == jetstream.DiscardOld && (is.MaxBytes > 0 || is.MaxMsgs > 0 || is.MaxMsgsPerSubject > 0) {
		bad("at its bound it removes the oldest events; it must refuse the new ones, which then wait in the journal (discard: new)")
	}
	if len(wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%w: stream %s: %s; events wait in the journal until the stream (nats stream edit) or the configuration is changed",
		ErrStream, s.config.Stream, strings.Join(wrong, "; "))
}

// covers reports whether a stream with this pattern takes every subject of another pattern.
func covers(pattern, other string) bool {
	tokens := strings.Split(other, ".")
	patterns := strings.Split(pattern, ".")
	for i, p := range patterns {
		if p == ">" {
			return len(tokens) > i
		}
		if i >= len(tokens) || p != "*" && p != tokens[i] {
			return false
		}
	}
	return len(patterns) == len(tokens)
}
