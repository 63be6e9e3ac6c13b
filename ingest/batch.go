// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// batch collects the events of one request, and what is refused of them.
type batch struct {
	source  *source
	paid    []payment      // to the limiters, given back when the request comes again
	counts  map[Reason]int // of refused events
	events  []otelanalytics.Event
	index   []int // of each event in the request
	ids     []string
	refused int
	first   []refusal
	named   int // how many refusals are kept with their names; 0: maxRefusals
}

// refuse notes an event that is refused for good.
func (b *batch) refuse(index int, id string, reason Reason, message string) {
	b.refuseMore(1, reason)
	if len(b.first) < cmp.Or(b.named, maxRefusals) {
		b.first = append(b.first, refusal{Index: index, ID: id, Reason: reason, Message: message})
	}
}

// refuseMore notes n events that are refused without their names.
func (b *batch) refuseMore(n int, reason Reason) {
	if b.counts == nil {
		b.counts = make(map[Reason]int)
	}
	b.refused, b.counts[reason] = b.refused+n, b.counts[reason]+n
}

// payment is what a key of a limiter paid.
type payment struct {
	to  *limiter
	key string
	n   int
}

// pay charges a limiter, and says how long to wait when it refuses.
func (b *batch) pay(to *limiter, key string, n int, now time.Time) (wait time.Duration) {
	if wait = to.allow(key, n, now); wait == 0 && to != nil {
		b.paid = append(b.paid, payment{to, key, n})
	}
	return wait
}

// giveBack undoes the payments of a request that comes again.
func (b *batch) giveBack() {
	for _, p := range b.paid {
		p.to.giveBack(p.key, p.n)
	}
}

// add takes an event that the source may send.
func (b *batch) add(h *Handler, index int, id string, now time.Time, e otelanalytics.Event) {
	s := b.source
	if reason, message := s.admit(h, now, &e); reason != "" {
		b.refuse(index, id, reason, message)
		return
	}
	if s.user != nil && (e.UserID != "" || e.AnonymousID != "") { // else it is nobody's, and nobody sends too many
		who := "user:" + e.UserID
		if e.UserID == "" {
			who = "anonymous:" + e.AnonymousID
		}
		if b.pay(s.user, who, 1, now) > 0 {
			b.refuse(index, id, ReasonUserRate, fmt.Sprintf("its user sends more than the %v events a second that source %q allows", s.RatePerUser, s.Name))
			return
		}
	}
	if e.Platform == "" {
		e.Platform = s.Platform
	}
	if object, ok := e.Data.(*bsondoc.JSONObject); ok {
		data, err := h.shape(e.Type).convert(object)
		if err != nil {
			b.refuse(index, id, ReasonMalformed, "its data: "+problemOf(err))
			return
		}
		e.Data = data
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
	case s.types != nil && (err != nil || !s.mayBe(t.Name(), e.Type)):
		return ReasonType, fmt.Sprintf("source %q may not send this event type", s.Name)
	case err != nil && s.Kind == Public:
		return ReasonType, "the event map does not declare this event type, and a public source sends no other"
	}
	if e.Time.IsZero() {
		return "", ""
	}
	if s.MaxAge > 0 && e.Time.Before(now.Add(-s.MaxAge)) {
		return ReasonTime, fmt.Sprintf("it happened more than %v ago, which is the most that source %q may send", s.MaxAge, s.Name)
	}
	if e.Time.After(now.Add(s.MaxAhead)) {
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
	err := b.source.module.TrackBatch(ctx, b.events, b.source.options(h)...)
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
	if refused == nil && !errors.Is(err, otelanalytics.ErrQuarantined) {
		return passing(err)
	}
	return nil
}

// options are those of the source's events.
func (s *source) options(h *Handler) []otelanalytics.TrackOption {
	all := []otelanalytics.TrackOption{otelanalytics.WithAck(h.cfg.Ack), otelanalytics.WithKeySource(s.Name)}
	if s.Kind == Public {
		all = append(all, otelanalytics.WithUntrusted())
	}
	if len(s.StoreSample) > 0 {
		all = append(all, otelanalytics.WithStoreSample(s.StoreSample))
	}
	return all
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
	b := &batch{source: s}
	if h.off {
		return nil, unavailable(s)
	}
	wait := time.Duration(0)
	if s.ip != nil {
		wait = b.pay(s.ip, h.sender(r), n, now)
	}
	if wait == 0 {
		wait = b.pay(s.all, "", n, now)
	}
	if wait > 0 {
		b.giveBack()
		seconds := int((wait + time.Second - 1) / time.Second)
		return nil, &problem{status: http.StatusTooManyRequests, cause: "rate", retryAfter: seconds, message: "more events a second than may be sent; send them again later", source: s}
	}
	return b, nil
}

// maxPending bounds the bytes of a request's events that are decoded at once.
const maxPending = 512 << 10

// trackEach adds messages and tracks their events, some at a time, so that a large request does not hold all of them decoded. with
// is how many bytes each becomes longer. With an error it tells how many messages were dealt with before.
func (b *batch) trackEach(ctx context.Context, h *Handler, all []json.RawMessage, with int, add func(i int, raw json.RawMessage)) (done int, err error) {
	pending := 0
	for i, raw := range all {
		add(i, raw)
		if pending += len(raw) + with; pending < maxPending && i < len(all)-1 {
			continue
		}
		if err := b.trackPending(ctx, h); err != nil {
			return done, err
		}
		done, pending = i+1, 0
	}
	return done, nil
}

// finish tracks the events and answers.
func (b *batch) finish(w http.ResponseWriter, r *http.Request, h *Handler) error {
	if err := b.settle(r.Context(), h); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, b.answer())
	return nil
}

// settle tracks the events, and counts those that were refused.
func (b *batch) settle(ctx context.Context, h *Handler) error {
	if err := b.trackPending(ctx, h); err != nil {
		return err
	}
	b.count(h)
	return nil
}

// trackPending tracks the events that were added since the last time, and counts those that were accepted. Its error is that of
// the whole request, which comes again.
func (b *batch) trackPending(ctx context.Context, h *Handler) error {
	before, n := b.refused, len(b.events)
	if err := b.track(ctx, h); err != nil {
		b.giveBack()
		if p := new(problem); errors.As(err, &p) {
			p.source = b.source
		}
		return err
	}
	h.counters.accepted(b.source, n-(b.refused-before))
	b.events, b.index, b.ids = b.events[:0], b.index[:0], b.ids[:0]
	return nil
}

// count counts the request, and the events of it that were refused.
func (b *batch) count(h *Handler) {
	h.counters.answered(b.source)
	b.countRefused(h)
}

func (b *batch) countRefused(h *Handler) {
	for reason, n := range b.counts {
		h.counters.refusedEvents(b.source, reason, n)
	}
}

// answer says what became of the events.
func (b *batch) answer() answer { return answer{Success: true, Refused: b.refused, Events: b.first} }
