// SPDX-License-Identifier: Apache-2.0

package recordstore

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory is a [Store] in memory, for one process. The zero value is an empty store.
type Memory struct {
	mu      sync.Mutex // guards records
	records map[string]Record
}

var _ Store = (*Memory)(nil)

// List implements [Store].
func (m *Memory) List(ctx context.Context, prefix string, from, to time.Time) ([]Header, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var headers []Header
	for _, r := range m.records {
		if strings.HasPrefix(r.ID, prefix) && (from.IsZero() || !r.Start.Before(from)) && (to.IsZero() || r.Start.Before(to)) {
			headers = append(headers, Header{ID: r.ID, Start: r.Start})
		}
	}
	return headers, ctx.Err()
}

// Load implements [Store].
func (m *Memory) Load(ctx context.Context, ids []string) ([]Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var records []Record
	for _, id := range ids {
		if r, ok := m.records[id]; ok {
			r.Data = slices.Clone(r.Data)
			records = append(records, r)
		}
	}
	return records, ctx.Err()
}

// Put implements [Store].
func (m *Memory) Put(ctx context.Context, r Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.records[r.ID]; ok {
		return ErrExists
	}
	if m.records == nil {
		m.records = make(map[string]Record)
	}
	r.Data = slices.Clone(r.Data)
	m.records[r.ID] = r
	return nil
}

// Delete implements [Store].
func (m *Memory) Delete(ctx context.Context, ids ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		delete(m.records, id)
	}
	return nil
}

// DeleteExpired implements [Store].
func (m *Memory) DeleteExpired(ctx context.Context, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, r := range m.records {
		if !r.Expires.IsZero() && r.Expires.Before(now) {
			delete(m.records, id)
		}
	}
	return ctx.Err()
}
