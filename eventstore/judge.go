// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// errUnreadable is about records that are not events. The journal's checksums exclude damage, so that only another version of
// the SDK can have written them.
var errUnreadable = errors.New("the journal's record is not an event of this version")

// receive goes through the answer to a delivery: what is done is settled, and what is not is tried again, in one way or
// another. stopping says that the deliveries were interrupted.
func (w *writer) receive(d *delivery, stopping bool) {
	w.flying--
	if d.fresh {
		w.fresh--
	}
	if d == w.latest {
		w.latest = nil
	}
	p := d.parcel
	w.held -= p.bytes
	if w.abandoned.Load() {
		return
	}
	n := len(p.events)
	if len(d.suppressed) > 0 {
		w.to.settle(&outcome{suppressed: d.suppressed})
	}
	for _, e := range d.refused {
		e.refuse()
	}
	w.withhold(d.refused)
	if n == 0 { // the sink was not asked
		if d.fresh {
			w.spare(p)
		}
		return
	}
	o, refused, left := w.sort(d)
	cause := d.err
	switch {
	case len(left) == 0:
		cause = nil
	case cause == nil:
		cause = &DeliveryError{Kind: "write", Err: fmt.Errorf("%d of %d events got no verdict", len(left), n)}
		d.fault = faultOf(cause)
	}
	w.to.attempted(InsertAttempt{Size: n, Duration: d.took, Err: cause})
	w.taken += uint64(len(o.stored) + len(o.redelivered) + len(o.deduplicated))
	w.to.settle(o)
	w.quarantine(refused)
	switch {
	case cause == nil:
		w.took(d, n)
	case !stopping:
		w.failed(d.fault.kind, cause, !p.suspected || w.out)
		p.keep(left)
		w.judge(d, time.Now())
	}
	w.to.away.Store(w.out)
}

// sort goes through the verdicts: the events that the sink has, those that are to be quarantined, and those that are left. The
// others it sets aside.
func (w *writer) sort(d *delivery) (o *outcome, refused, left []*pending) {
	o = new(outcome)
	for i, e := range d.parcel.events {
		var v Verdict
		if i < len(d.verdicts) {
			v = d.verdicts[i]
		}
		switch v.Outcome {
		case Stored:
			o.stored = append(o.stored, e)
		case Redelivered:
			o.redelivered = append(o.redelivered, e)
		case Deduplicated:
			o.deduplicated = append(o.deduplicated, e)
		case Refused:
			e.reason, e.message = v.reason(), v.Message
			refused = append(refused, e)
		case Doubtful:
			w.to.tally.failed("write", fmt.Sprintf("an event was not taken (%s)", v.reason()))
			if w.doubtful(e, v.reason(), v.Message) {
				refused = append(refused, e)
			}
		default:
			left = append(left, e)
		}
	}
	return o, refused, left
}

func (v *Verdict) reason() string {
	if v.Reason == "" {
		return "refused"
	}
	return v.Reason
}

// took says that nothing is left of a parcel: its events are done, or set aside.
func (w *writer) took(d *delivery, n int) {
	w.out = false
	w.outage.reset()
	if len(w.queue) == 0 && w.flying == w.fresh && !w.aside.has(unlucky) {
		w.to.conditions.outage.End()
	}
	if w.duration == 0 {
		w.duration = d.took
	}
	w.duration = (7*w.duration + d.took) / 8
	if !d.fresh {
		return
	}
	if d.parcel.full {
		w.pace.delivered(n, time.Now())
		w.grow()
	} else {
		w.pace.interrupted()
	}
	w.spare(d.parcel)
}

// failed counts a failed attempt. loud says that it is about the sink, and not about documents that are suspected.
func (w *writer) failed(kind string, err error, loud bool) {
	w.to.tally.failed(kind, err.Error())
	if loud {
		w.to.conditions.outage.Note(kind, 1, slog.Any("error", err))
	}
}

// judge decides how what is left of a delivery is tried again.
func (w *writer) judge(d *delivery, now time.Time) {
	p, f := d.parcel, &d.fault
	w.pace.interrupted()
	progress := w.taken > d.taken
	blame := f.blame
	if blame == BlameConnection {
		p.breaks++
		if blame = BlameSink; d.reachable {
			blame = BlameUnknown // the connection breaks with these documents alone
		}
	} else {
		p.breaks = 0
	}
	if p.timeouts++; !f.isTimeout() {
		p.timeouts = 0
	}
	switch {
	case blame != BlameSink:
		w.suspectAll(p, blame, f, d.reachable, now)
	case p.timeouts >= suspicious && d.reachable && len(p.events) > 1:
		w.shrink(len(p.events))
		w.retryFirst(p.split(2))
	case !progress: // the sink is out
		w.out = true
		w.outage.begin(now)
		p.failures++
		w.retry(p)
	default: // it is not, and takes others
		w.out = false
		w.outage.reset()
		p.failures++
		p.due = now.Add(pause(p.failures))
		switch {
		case p.failures < unluckyAfter:
			w.retry(p)
		case len(p.events) > 1:
			some := p.split(parts)
			for _, part := range some {
				part.failures, part.due = unluckyAfter-1, p.due
			}
			w.retryFirst(some)
		default:
			e := p.events[0].own()
			e.why, e.alone = unlucky, true
			w.aside.add(e, now)
		}
	}
}

// reachablePause is how long others wait at most for a sink that answers a ping and has taken nothing since it refused some.
const reachablePause = time.Second

// suspectAll looks for the event that spoils its delivery, by splitting it. reachable says that the sink answered a ping.
func (w *writer) suspectAll(p *parcel, blame Blame, f *fault, reachable bool, now time.Time) {
	for _, e := range p.events {
		w.doubt(e)
	}
	if stuck := p.suspected && w.taken == p.events[0].proof; stuck {
		// The sink takes nothing at all. It is asked less often.
		w.out = true
		w.outage.begin(now)
		if soon := now.Add(reachablePause); reachable && w.outage.due.After(soon) {
			w.outage.due = soon
		}
	}
	p.suspected = true
	if len(p.events) > 1 && f.blame == BlameConnection {
		// A broken connection costs its client much more than a delivery does. Few are broken, and those who break none come first.
		for _, part := range p.split(brokenParts) {
			w.held += part.bytes
			w.queue = append(w.queue, part)
		}
		return
	}
	if len(p.events) > 1 {
		w.retryFirst(p.split(parts))
		return
	}
	e := p.events[0]
	if blame == BlameEvents {
		e.reason, e.message = f.reason, f.message
		w.quarantine(p.events)
		return
	}
	e.alone = true
	if w.doubtful(e, f.reason, f.message) {
		w.quarantine(p.events)
	}
}

// doubt notes how many events the sink had taken when a delivery with the event in it was first refused.
func (w *writer) doubt(e *pending) {
	if !e.doubted {
		e.doubted, e.proof = true, w.taken
	}
}

// doubtful sets an event aside that the sink answered and did not take, for a reason that is not known to be the document's. It
// reports true instead when the event is to be quarantined: after maxAttempts, and only when the sink has taken another event
// since half of them. A sink that takes none, whatever it answers, has an outage: what was under way when that began is no
// proof that it takes others.
func (w *writer) doubtful(e *pending, reason, message string) (refused bool) {
	w.doubt(e)
	if e.attempts++; e.attempts == maxAttempts/2 {
		e.proof = w.taken
	}
	e.reason, e.message = reason, message
	if e.attempts >= maxAttempts && w.taken > e.proof {
		return true
	}
	e = e.own()
	e.why = suspect
	w.aside.add(e, time.Now())
	return false
}

// withhold puts events into quarantine that no sink is asked about. It is the first sink that has them there: others pass over
// them.
func (w *writer) withhold(events []*pending) {
	if w.to.isFirst() {
		w.quarantine(events)
		return
	}
	w.to.settle(&outcome{passed: events})
}

// quarantine puts events into the quarantine file, for the reason that each of them has. While that has no room for them, they
// are kept where they are. While it cannot be written for another reason, they wait, and the others pass them.
func (w *writer) quarantine(events []*pending) {
	if len(events) == 0 {
		return
	}
	s, now := w.to, time.Now()
	events, gone, _ := s.store.suppression.part(events) // which says so at each delivery, when it fails
	if len(gone) > 0 {
		s.settle(&outcome{suppressed: gone})
	}
	if len(events) == 0 {
		return
	}
	if s.store.inMemory() {
		w.quarantineInMemory(events)
		return
	}
	if err := s.quarantine.add(events, leftForKept); err != nil {
		s.tally.failed("quarantine", "quarantine file: "+err.Error())
		s.conditions.quarantine.Note("", len(events), slog.Any("error", err))
		if filesystem.IsFull(err) || s.store.journal.IsPressed() || w.unplaced.isFull() {
			events = w.keep(events)
		}
		for _, e := range events {
			e = e.own()
			e.why = unplaced
			w.unplaced.add(e, now)
		}
		return
	}
	if s.quarantine.hasAll() {
		s.conditions.quarantine.End()
	}
	w.placed(events)
}

// placed settles events that are in quarantine.
func (w *writer) placed(events []*pending) {
	s := w.to
	s.settle(&outcome{quarantined: events})
	counts := map[QuarantineKey]int{}
	for _, e := range events {
		counts[QuarantineKey{e.Type, e.reason}]++
	}
	for key, n := range counts {
		s.conditions.refused.Note(key.Reason, n, slog.String("event_type", key.Type), slog.String("file", s.quarantine.lines.name()))
	}
}
