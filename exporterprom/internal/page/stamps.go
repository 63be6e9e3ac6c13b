// SPDX-License-Identifier: Apache-2.0

package page

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// stamps makes created timestamps, one for all series that have the same.
type stamps struct {
	at   time.Time
	last *timestamppb.Timestamp
}

func (s *stamps) of(t time.Time) *timestamppb.Timestamp {
	if s.last == nil || !s.at.Equal(t) {
		s.at, s.last = t, timestamppb.New(t)
	}
	return s.last
}

// created returns since when a new series counts, or nil. OpenTelemetry's start time is the instrument's. A series which
// the previous gathering did not have began after it (OpenTelemetry metrics SDK, start timestamps: an asynchronous
// instrument's series begins with the collection before its first).
func (p *Page) created(start time.Time) *timestamppb.Timestamp {
	if p.previous.After(start) {
		start = p.previous
	}
	if start.IsZero() {
		return nil
	}
	return p.stamps.of(start)
}
