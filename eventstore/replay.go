// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/extjson"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// ReplayResult counts the events of a [Store.ReplayQuarantine].
type ReplayResult struct {
	Replayed int64 // events that are in the journal again
	// Left counts the lines that stay in the quarantine file because they cannot be replayed. They contain no whole event, or an
	// event that is too large for any journal, or a condition of a later release that this release does not know.
	Left int64
	// Unchecked counts the lines of events with a [Refusal] that stay. Either [ReplayRefused] was not given, or its check did not
	// accept them.
	Unchecked int64
	// Suppressed counts events of users in [Config.Suppression]. They are not replayed, and their lines are removed.
	Suppressed int64
}

// ReplayQuarantine puts the events of the quarantine file back into the journal. Call it after you have repaired
// the cause of their refusal: a validator, a unique index, a limit.
//
// The events are delivered like all others. They keep their _id, so no event is stored twice, whatever happens meanwhile. An
// event that is refused again has one line in the file, with the new reason. Metrics of the event map do not count the events
// again. Stats counts them as Recovered. Events of suppressed users are removed and not replayed.
//
// A line leaves the file once its event is fsynced in the journal. ReplayQuarantine does not wait for the sink: Flush does. It
// may run while events are tracked. It and [Store.Maintain] wait for each other.
//
// ReplayQuarantine stops at the first event that the journal does not take, with Append's error, or when ctx ends, with ctx's
// error. The events replayed until then are counted, and another call continues. When the file cannot be written, as on a
// full disk, the lines stay although the events are in the journal. Another call removes them.
//
// With [DirAuto] it continues with the quarantine files of dead processes, one after the other. Between two files it waits for
// the sink, as long as ctx allows.
//
// Events that were appended with a [Refusal] stay in the file, unless you pass [ReplayRefused]. The file belongs to the first
// sink, unless [ReplayOfSink] names another.
func (s *Store) ReplayQuarantine(ctx context.Context, options ...ReplayOption) (ReplayResult, error) {
	ctx = background.Or(ctx)
	config := newReplayConfig(options)
	r, err := s.replayOwn(ctx, &config)
	if err != nil || s.siblings == nil {
		return r, err
	}
	done, err := s.takeUpkeep(ctx) // so that Shutdown waits
	if err != nil {
		return r, err
	}
	defer done()
	if s.closed.Load() {
		return r, ErrClosed
	}
	release, err := s.siblings.takeTurn(ctx)
	if err != nil {
		return r, err
	}
	defer release()
	theirs := config.elsewhere()
	replay := func(child *Store) error {
		more, err := child.replayOwn(ctx, &theirs)
		r.Replayed += more.Replayed
		r.Left += more.Left
		r.Unchecked += more.Unchecked
		r.Suppressed += more.Suppressed
		return err
	}
	for _, child := range s.siblings.children() {
		if err := replay(child); err != nil {
			return r, err
		}
	}
	return r, s.siblings.eachFree(ctx, func(child *Store) error {
		if err := replay(child); err != nil {
			return err
		}
		return child.Flush(ctx)
	})
}

// replayOwn is ReplayQuarantine for the store's own directory.
func (s *Store) replayOwn(ctx context.Context, config *replayConfig) (ReplayResult, error) {
	var r ReplayResult
	done, err := s.takeUpkeep(ctx)
	if err != nil {
		return r, err
	}
	defer done()
	if s.closed.Load() {
		return r, ErrClosed
	}
	q, err := s.quarantineOf(config.sink)
	if err != nil && s.adopter != nil {
		return r, nil // that directory has nothing of the sink
	}
	if err != nil {
		return r, err
	}
	if err := s.moveKept(); err != nil {
		return r, err
	}
	if r.Suppressed, err = s.dropSuppressed(); err != nil {
		return r, fmt.Errorf("eventstore: replay: %w", err)
	}
	from, err := q.open()
	if err != nil {
		return r, fmt.Errorf("eventstore: replay: %w", err)
	}
	var first, last Receipt
	put := int64(0)
	cause := each(from, func(line []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, refusal, ok := eventOf(line)
		if !ok {
			r.Left++
			return nil
		}
		if refusal != nil && !config.lets(e, refusal) {
			r.Unchecked++
			return nil
		}
		// Before the writer can have it: should it be refused at once, its line stays.
		d, _ := digestOf(line)
		if !q.leave(d) {
			return nil // another line holds it too
		}
		receipt, err := s.accept(ctx, &e, AckSynced, &s.tally.recovered)
		if err != nil {
			q.stay(d)
		}
		if errors.Is(err, ErrTooLarge) {
			r.Left++ // no journal takes it
			return nil
		}
		if err != nil {
			return err
		}
		if put == 0 {
			first = receipt
		}
		last = receipt
		put++
		if refusal != nil && config.put != nil {
			config.put(e, receipt.Seq())
		}
		return nil
	})
	_ = from.Close() // Windows replaces no file that is open
	if put == 0 {
		_ = q.endReplay(false)
	} else {
		// Even when ctx has ended: what is in the journal should not stay in the file.
		err := s.waitSynced(context.WithoutCancel(ctx), first.first, last.last)
		// Another process may have the directory soon.
		closed := s.closed.Load()
		failed := q.endReplay(err == nil && !closed)
		switch {
		case err != nil:
			return r, errors.Join(cause, fmt.Errorf("eventstore: replay: the events are in the journal again, and the lines stay: %w", err))
		case closed:
			return r, errors.Join(cause, ErrClosed)
		case failed != nil:
			return r, errors.Join(cause, fmt.Errorf("eventstore: replay: the events are in the journal again, and the lines stay: quarantine file: %w", failed))
		}
		r.Replayed = put
	}
	if cause != nil {
		return r, fmt.Errorf("eventstore: replay: %d events are in the journal again, then: %w", r.Replayed, cause)
	}
	return r, nil
}

// eventOf returns the event that a line of the quarantine file holds, and the Refusal with which it was appended, which the event does
// not have any more; nil: none.
func eventOf(line []byte) (e Event, r *Refusal, ok bool) {
	var q quarantined
	if json.Unmarshal(line, &q) != nil || q.Version > quarantineVersion {
		return Event{}, nil, false
	}
	doc, ok := q.document()
	if !ok {
		return Event{}, nil, false
	}
	if q.Refused {
		r = &Refusal{Reason: q.Reason, Message: q.Message}
	}
	e, ok = q.event(doc)
	return e, r, ok
}

// event returns the event of the line, whose document is doc.
func (q *quarantined) event(doc []byte) (Event, bool) {
	id, err := uuid.Parse(q.ID)
	if err != nil {
		return Event{}, false
	}
	// The document's own id decides whether a database has it already.
	if own, ok := extjson.ID(doc); !ok || !bytes.Equal(own, id[:]) {
		return Event{}, false
	}
	return Event{ID: id, Type: q.EventType, Document: doc}, true
}
