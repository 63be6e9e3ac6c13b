// SPDX-License-Identifier: Apache-2.0

package eventstore

import "context"

// suspect notes an event that the sink answered and did not take, for a reason that is not known to be
// the document's. It waits until the rest of its batch has been tried.
func (w *writer) suspect(e *pending, reason, message string) {
	w.doubt(e)
	e.attempts++
	e.reason, e.message = reason, message
	w.suspects = append(w.suspects, e)
}

// doubt notes how many events the sink had taken when a delivery with the event in it was first refused.
func (w *writer) doubt(e *pending) {
	if !e.doubted {
		e.doubted, e.proof = true, w.taken
	}
}

// clear decides on the suspects, and returns ctx's error when it ended before. One is quarantined after
// maxAttempts, and only when the sink has taken another event since it first refused this one: a sink
// that takes none, whatever it answers, has an outage. Where the batch gives no such proof, later events
// are read into it.
func (w *writer) clear(ctx context.Context) error {
	for len(w.suspects) > 0 {
		e := w.suspects[0]
		w.suspects = w.suspects[1:]
		if e.attempts >= maxAttempts && w.taken > e.proof && w.quarantine(e, e.reason, e.message) == nil {
			continue
		}
		if err := w.backoff.wait(ctx); err != nil {
			return err
		}
		left, f, err := w.try(ctx, []*pending{e}, true)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err == nil:
		case f.blame == BlameSink && len(left) > 0:
			w.suspects = append(w.suspects, e)
		case len(left) > 0:
			w.decide(e, f)
		}
		if w.taken == e.proof {
			if err := w.deliver(ctx, w.more(), true); err != nil {
				return err
			}
		}
	}
	return nil
}

// proofs is how many events more than BatchSize a batch may get to prove that the sink takes some: all of a small batch can be
// suspects.
const proofs = 16

// more adds the journal's next event to the batch.
func (w *writer) more() []*pending {
	if w.batch.full(w.store.config.BatchSize + proofs) {
		return nil
	}
	next, ok, err := w.reader.TryNext()
	if !ok || err != nil {
		return nil
	}
	w.batch.add(next)
	return []*pending{&w.batch.events[len(w.batch.events)-1]}
}
