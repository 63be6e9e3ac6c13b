// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// Marker makes other instances count the documents that this program stores without a counter. Make it with NewMarker.
// It is safe for concurrent use.
type Marker struct {
	records recordstore.Store
	writer  string
	stale   time.Duration

	mu      sync.Mutex // guards everything below; held while a mark is written
	record  string     // the latest mark, "" before the first
	from    time.Time  // of the latest mark
	written time.Time
}

// NewMarker returns a marker that writes its marks to records, which also keeps the sketches.
func NewMarker(records recordstore.Store) *Marker {
	return &Marker{records: records, writer: "mark-" + recordstore.NewRevision(), stale: leaseStale}
}

// Cover marks the documents that were accepted at from or later and are stored within 45 s of the call. Call it before
// each batch. It writes a mark unless there is a recent one that reaches back to from.
//
// The first instance that finds a mark that has not changed for 90 s counts its documents and deletes the mark. An
// error that wraps recordstore.ErrRefused is permanent.
func (m *Marker) Cover(ctx context.Context, from time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	from = from.UTC().Truncate(time.Millisecond)
	if m.record != "" {
		if !from.Before(m.from) {
			if time.Since(m.written) < m.stale {
				return nil
			}
			from = m.from
		}
	}
	id := newLeaseID(m.writer)
	if err := m.records.Put(ctx, recordstore.Record{ID: id, Start: from}); err != nil {
		return err
	}
	old := m.record
	m.record, m.from, m.written = id, from, time.Now()
	if old != "" {
		_ = m.records.Delete(ctx, old) // one too many costs those who count some reading
	}
	return nil
}

// MarkAround returns a sink that delivers to inner and makes other instances count the stored events. It is for
// programs that deliver events and do not count, such as one that replays a quarantine. The sink implements the same
// interfaces as the sink of [Counter.Around].
//
// refused, if not nil, is called once if the records refuse the mark. The events are then delivered anyway, and may be
// missing in sketches.
func MarkAround(inner eventstore.Sink, records recordstore.Store, refused func(error)) eventstore.Sink {
	s := &marked{passing: passing{inner}, marker: NewMarker(records), refused: refused}
	if p, ok := inner.(eventstore.Pinger); ok {
		return &markedPinger{s, p}
	}
	return s
}

type marked struct {
	passing
	marker  *Marker
	refused func(error)
	once    sync.Once
}

type markedPinger struct {
	*marked
	eventstore.Pinger
}

// Deliver marks the documents that it is about to store.
func (s *marked) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	oldest := time.Now()
	for _, e := range events {
		if at, ok := receivedAt(e.Document); ok && at.Before(oldest) {
			oldest = at
		}
	}
	err := s.marker.Cover(ctx, oldest)
	switch {
	case errors.Is(err, recordstore.ErrRefused):
		s.once.Do(func() {
			if s.refused != nil {
				s.refused(err)
			}
		})
	case err != nil:
		return nil, &eventstore.DeliveryError{Kind: "mark", Err: err}
	}
	return s.inner.Deliver(ctx, events)
}
