// SPDX-License-Identifier: Apache-2.0

package analyticstest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// memory is a store that keeps documents in memory, where every acknowledgement level is reached at once.
type memory struct {
	mu        sync.Mutex
	documents [][]byte
	stored    map[string]int64
	closed    bool
}

var _ otelanalytics.Store = (*memory)(nil)

func (m *memory) Append(_ context.Context, e eventstore.Event, _ otelanalytics.Ack) (eventstore.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return eventstore.Receipt{}, eventstore.ErrClosed
	}
	m.documents = append(m.documents, slices.Clone(e.Document))
	if m.stored == nil {
		m.stored = make(map[string]int64)
	}
	m.stored[e.Type]++
	return eventstore.Receipt{}, nil
}

func (m *memory) AppendBatch(ctx context.Context, events []eventstore.Event, ack otelanalytics.Ack) (int, eventstore.Receipt, error) {
	for i, e := range events {
		if _, err := m.Append(ctx, e, ack); err != nil {
			return i, eventstore.Receipt{}, err
		}
	}
	return len(events), eventstore.Receipt{}, nil
}

func (m *memory) Await(uint64, otelanalytics.Ack) eventstore.Receipt { return eventstore.Receipt{} }

func (m *memory) Flush(context.Context) error { return nil }

func (m *memory) Shutdown(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func (m *memory) Stats() eventstore.Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return eventstore.Stats{Stored: maps.Clone(m.stored)}
}

func (m *memory) Health(context.Context) eventstore.Health { return eventstore.Health{} }

func (m *memory) OnBatch(func(eventstore.Batch)) {}

func (m *memory) all() [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.documents)
}

func (m *memory) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.documents = nil
}
