// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Retention reports how soon a stream will remove an event that the group has not acknowledged, or refuse new events.
type Retention struct {
	// OldestAge is how long the stream has had the oldest event that the group has not acknowledged. 0 means that there is none.
	OldestAge time.Duration
	// MaxAge is how long the stream keeps an event. 0 means forever.
	MaxAge time.Duration
	// Bytes and Messages are the other limits of the stream.
	Bytes, Messages Bound
}

// Bound is a limit of a stream, and the used part of it. There are two kinds of streams:
//
//   - A stream that refuses events at its limit uses all that it holds.
//   - A stream that removes the oldest events uses the range from the oldest event that the group has not acknowledged to the
//     newest. At the limit, the stream removes that oldest event. For bytes, the used part is an estimate.
type Bound struct {
	Used int64
	Max  int64 // 0: there is no limit
}

// Retention asks the server for the state of the stream, for as long as ctx allows. The account needs the rights to read the stream's
// state and its messages ($JS.API.STREAM.INFO and $JS.API.STREAM.MSG.GET, or $JS.API.DIRECT.GET).
func (c *Consumer) Retention(ctx context.Context) (Retention, error) {
	began := time.Now()
	r, err := c.retention(ctx)
	if err = c.connection.unanswered(began, err); err != nil {
		return r, c.connection.safe(fmt.Errorf("stream %s, consumer %s: %w", c.config.Stream, c.group, err))
	}
	return r, nil
}

func (c *Consumer) retention(ctx context.Context) (r Retention, err error) {
	_, js, err := c.connection.get(ctx)
	if err != nil {
		return r, err
	}
	stream, err := js.Stream(ctx, c.config.Stream)
	if err != nil {
		return r, err
	}
	reader, err := stream.Consumer(ctx, c.group)
	if err != nil {
		return r, err
	}
	is, first := stream.CachedInfo(), reader.CachedInfo().AckFloor.Stream+1
	r.MaxAge = is.Config.MaxAge
	r.Bytes, r.Messages = boundsOf(is, first)
	if first > is.State.LastSeq {
		return r, nil
	}
	oldest, err := stream.GetMsg(ctx, max(first, is.State.FirstSeq), jetstream.WithGetMsgSubject(c.config.Subjects+".*"))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound): // all others are for other readers
		return r, nil
	case err != nil:
		return r, err
	}
	r.OldestAge = max(is.TimeStamp.Sub(oldest.Time), 0) // both by the server's clock
	return r, nil
}

// boundsOf returns the limits of a stream of which a reader has not acknowledged the message first.
func boundsOf(is *jetstream.StreamInfo, first uint64) (bytes, messages Bound) {
	s := &is.State
	bytes, messages = Bound{Used: int64(s.Bytes), Max: max(is.Config.MaxBytes, 0)}, Bound{Used: int64(s.Msgs), Max: max(is.Config.MaxMsgs, 0)} // -1: none
	if is.Config.Discard == jetstream.DiscardNew || s.LastSeq < s.FirstSeq || s.Msgs == 0 {
		return bytes, messages
	}
	all, behind := s.LastSeq-s.FirstSeq+1, s.LastSeq+1-min(max(first, s.FirstSeq), s.LastSeq+1)
	part := float64(behind) / float64(all)
	bytes.Used, messages.Used = int64(part*float64(s.Bytes)), int64(part*float64(s.Msgs))
	return bytes, messages
}
