// SPDX-License-Identifier: Apache-2.0

package eventstore

import "time"

// next returns the parcel that is sent now, nil for none.
func (w *writer) next(now time.Time) *parcel {
	if w.out {
		return w.probe(now)
	}
	if w.flying-w.fresh < maxRetries {
		if p := w.again(now); p != nil {
			return p
		}
	}
	return w.first(now)
}

// probe returns the parcel that asks a sink whether it is still out. It is not the same one again and again, which might be
// the reason.
func (w *writer) probe(now time.Time) *parcel {
	if len(w.queue) > 0 && (w.queue[0].failures < 2 || len(w.queue) >= maxWidth) {
		return w.unqueue(0)
	}
	if p := w.first(now); p != nil {
		return p
	}
	if len(w.queue) > 0 {
		return w.unqueue(0)
	}
	return w.again(now)
}

// again returns what was offered before.
func (w *writer) again(now time.Time) *parcel {
	for i, p := range w.queue {
		if !now.Before(p.due) {
			return w.unqueue(i)
		}
	}
	events := w.aside.take(now, w.limit)
	if len(events) == 0 {
		return nil
	}
	p := &parcel{events: events, bytes: size(events), suspected: events[0].alone && events[0].why == suspect}
	if events[0].why == unlucky {
		p.failures = unluckyAfter - 1
	}
	return p
}

// first returns events that were not offered yet: what there is while nothing of the kind is under way or when it takes long,
// full batches as many as the sink takes at a time.
func (w *writer) first(now time.Time) *parcel {
	w.read(now)
	p := w.forming
	p.full = p.isFull(w.limit)
	waited := w.latest == nil || !now.Before(w.sent.Add(w.patience()))
	if len(p.events) == 0 || !p.full && w.gathers(now) || w.fresh > 0 && !waited && (!p.full || w.fresh >= w.pace.width()) {
		return nil
	}
	w.forming = w.unused()
	p.fresh = true
	var refused []*pending // which no sink is asked about
	sound := p.events[:0]
	for _, e := range p.events {
		switch {
		case e.broken:
			e.reason, e.message = "unreadable", errUnreadable.Error()
			refused = append(refused, e)
		case e.Refusal != nil && w.to.store.suppression.isRecent(): // else its delivery refreshes the list first
			e.refuse()
			refused = append(refused, e)
		default:
			sound = append(sound, e)
		}
	}
	p.events = sound
	w.withhold(refused)
	if len(sound) == 0 {
		return nil
	}
	return p
}

// unqueue takes a parcel out of the queue.
func (w *writer) unqueue(i int) *parcel {
	p := w.queue[i]
	w.queue = append(w.queue[:i:i], w.queue[i+1:]...)
	w.held -= p.bytes
	return p
}

// retry puts a parcel behind those that are tried again; one that failed for the first time in front of them.
func (w *writer) retry(p *parcel) {
	if p.failures < 2 {
		w.retryFirst([]*parcel{p})
		return
	}
	w.held += p.bytes
	w.queue = append(w.queue, p)
}

// retryFirst puts parcels in front of those that are tried again.
func (w *writer) retryFirst(some []*parcel) {
	for _, p := range some {
		w.held += p.bytes
	}
	w.queue = append(some, w.queue...)
}

// shrink halves the batches of a sink for which one of n events took too long, while it answered something else.
func (w *writer) shrink(n int) {
	if half := (n + 1) / 2; half < w.limit {
		w.limit, w.whole = half, 0
		w.to.log.sink.Warn(w.to.name+": a batch took too long; smaller ones are sent for some time",
			"batch", n, "now", half)
	}
}

// grow doubles them again, after some time.
func (w *writer) grow() {
	if w.limit == w.to.batchSize {
		return
	}
	if w.whole++; w.whole >= growAfter {
		w.limit, w.whole = min(2*w.limit, w.to.batchSize), 0
	}
}

// maxSpares is how many parcels' memory is kept for the next ones.
const maxSpares = maxWidth

// spare keeps the memory of a parcel whose events are done or have memory of their own.
func (w *writer) spare(p *parcel) {
	if len(w.spares) < maxSpares {
		p.reset()
		w.spares = append(w.spares, p)
	}
}

// unused returns an empty parcel.
func (w *writer) unused() *parcel {
	if n := len(w.spares); n > 0 {
		p := w.spares[n-1]
		w.spares = w.spares[:n-1]
		return p
	}
	return new(parcel)
}
