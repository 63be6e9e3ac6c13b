// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"maps"
	"sync"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

const (
	// maxTypes bounds the types of events that are counted apart when no event map says which there are.
	maxTypes  = 500
	otherType = "other"
	// maxTypeBytes bounds a type that no event map has: foreign messages may say anything.
	maxTypeBytes = 255
)

// types bounds the types that events are counted under, and counts those that were accepted.
type types struct {
	mu     sync.Mutex        // guards what follows
	names  map[string]string // of the types that are known, and of those that they had before
	closed bool              // no others are added
	counts map[string]int64
}

// newTypes knows the types of a map. Without one, it takes the first that come.
func newTypes(m *eventmap.Map) *types {
	t := &types{names: make(map[string]string), counts: map[string]int64{otherType: 0}}
	if m == nil {
		return t
	}
	t.closed = true
	for _, e := range m.Events() {
		t.names[e.Name], t.counts[e.Name] = e.Name, 0
		for _, old := range e.RenamedFrom {
			t.names[old] = e.Name
		}
	}
	return t
}

// name returns the type that an event is counted under.
func (t *types) name(eventType string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	name, ok := t.names[eventType]
	switch {
	case ok:
		return name
	case t.closed || len(t.names) >= maxTypes || eventType == "" || len(eventType) > maxTypeBytes || !utf8.ValidString(eventType):
		return otherType
	}
	t.names[eventType] = eventType
	return eventType
}

// accepted counts events whose types are names.
func (t *types) accepted(events []eventstore.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range events {
		t.counts[events[i].Type]++
	}
}

// all returns how many events were accepted, by type.
func (t *types) all() map[string]int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.counts)
}
