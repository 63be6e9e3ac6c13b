// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// batch collects the events of one request, and what is refused of them.
type batch struct {
	counters *counters
	source   *source
	events   []otelanalytics.Event
	index    []int // of each event in the request
	ids      []string
	refused  int
	first    []refusal
}

// refuse notes an event that is refused for good.
func (b *batch) refuse(index int, id string, reason Reason, message string) {
	b.refused++
	b.counters.refusedEvent(b.source.number, reason)
	if len(b.first) < maxRefusals {
		b.first = append(b.first, refusal{Index: index, ID: id, Reason: reason, Message: message})
	}
}

// add takes an event that the source may send.
func (b *batch) add(h *Handler, index int, id string, now time.Time, e otelanalytics.Event) {
	s := b.source
	if reason, message := s.admit(h, now, &e); reason != "" {
		b.refuse(index, id, reason, message)
		return
	}
	if s.user != nil {
		who := "user:" + e.UserID
		if e.UserID == "" {
			who = "anonymous:" + e.AnonymousID
		}
		if s.user.allow(who, 1, now) > 0 {
			b.refuse(index, id, ReasonUserRate, fmt.Sprintf("its user sends more than the %v events a second that source %q allows", s.RatePerUser, s.Name))
			return
		}
	}
	if e.Platform == "" {
		e.Platform = s.Platform
	}
	b.events, b.index, b.ids = append(b.events, e), append(b.index, index), append(b.ids, id)
}

// admit says why a source may not send an event, or nothing.
func (s *source) admit(h *Handler, now time.Time, e *otelanalytics.Event) (Reason, string) {
	if e.Type == "" {
		return ReasonMalformed, "the event has no name"
	}
	t, err := h.client.EventType(e.Type)
	switch {
	case s.types != nil && (err != nil || !s.types[t.Name()]):
		return ReasonType, fmt.Sprintf("source %q may not send this event type", s.Name)
	case err != nil && s.Kind == Public:
		return ReasonType, "the event map does not declare this event type, and a public source sends no other"
	}
	if e.Time.IsZero() {
		return "", ""
	}
	if age := now.Sub(e.Time); s.MaxAge > 0 && age > s.MaxAge {
		return ReasonTime, fmt.Sprintf("it happened more than %v ago, which is the most that source %q may send", s.MaxAge, s.Name)
	} else if -age > s.MaxAhead {
		return ReasonTime, fmt.Sprintf("it lies more than %v in the future", s.MaxAhead)
	}
	return "", ""
}

// track has the events accepted. Its error is about the moment: nothing, or not all, could be accepted, and the client sends the
// request again.
func (b *batch) track(ctx context.Context, h *Handler) error {
	if len(b.events) == 0 {
		return nil
	}
	err := b.source.module.TrackBatch(ctx, b.events, otelanalytics.WithAck(h.cfg.Ack), otelanalytics.WithKeySource(b.source.Name))
	if err == nil {
		return nil
	}
	var refused *otelanalytics.BatchError
	if errors.As(err, &refused) {
		for _, e := range refused.Errors {
			reason, final := lasting(e.Err)
			if !final {
				return passing(e.Err)
			}
			b.refuse(b.index[e.Index], b.ids[e.Index], reason, message(e.Err, reason))
		}
	}
	for _, waiting := range []error{otelanalytics.ErrUnconfirmed, otelanalytics.ErrNotDurable, otelanalytics.ErrLost} {
		if errors.Is(err, waiting) {
			return passing(err)
		}
	}
	return nil
}

// message says what is wrong with an event. The errors of the client have no values of its data.
func message(err error, reason Reason) string {
	var invalid *otelanalytics.InvalidEventError
	switch {
	case reason == ReasonSuppressed:
		return "events of this user are not kept"
	case errors.As(err, &invalid):
		return invalid.Field + ": " + invalid.Problem
	default:
		return err.Error()
	}
}

// newBatch begins a request of n events, if the source and the address may send as many now.
func (h *Handler) newBatch(s *source, r *http.Request, n int, now time.Time) (*batch, error) {
	wait := s.all.allow("", n, now)
	if wait == 0 && s.ip != nil {
		wait = s.ip.allow(h.sender(r), n, now)
	}
	if wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		return nil, &problem{status: http.StatusTooManyRequests, cause: "rate", retryAfter: seconds, message: "more events a second than may be sent; send them again later"}
	}
	return &batch{counters: h.counters, source: s}, nil
}

// finish tracks the events and answers.
func (b *batch) finish(w http.ResponseWriter, r *http.Request, h *Handler) error {
	if err := b.track(r.Context(), h); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, answer{Success: true, Refused: b.refused, Events: b.first})
	return nil
}
