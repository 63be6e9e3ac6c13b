// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"encoding/json"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// watch takes the client's events from the arrival of the first viewer until the last one has left. It belongs to the
// hub's goroutine.
type watch struct {
	stop  func() // nil: nobody looks
	mover *mover // nil: the map's metrics cannot be evaluated
	spare batch
	count int64
}

func (w *watch) begin(h *hub) {
	if w.stop != nil {
		return
	}
	h.feed.swap(batch{}) // what was taken while the last watch ended
	w.stop = h.page.client.Watch(h.feed.take)
	m, err := newMover(h.page.client)
	if err != nil {
		h.page.config.logger.Warn("the live page does not show how events change metrics", "error", err)
		return
	}
	w.mover = m
}

func (w *watch) end() {
	if w.stop == nil {
		return
	}
	w.stop()
	w.stop, w.mover, w.spare = nil, nil, batch{}
}

// news are the events of a tick.
type news struct {
	Events  []json.RawMessage `json:"events"`
	Skipped int64             `json:"skipped"` // events that passed the filters and were not sent, since the stream began
	Missed  int64             `json:"missed"`  // events that nobody could see, since the stream began
}

// pass sends the taken events to the viewers.
func (w *watch) pass(h *hub, viewers []*viewer) {
	b, missed := h.feed.swap(w.spare)
	w.spare = b
	h.count(&b)
	for _, v := range viewers {
		v.missed += missed
	}
	if len(b.events) == 0 && missed == 0 {
		return
	}
	sending := make([]news, len(viewers))
	sizes := make([]int, len(viewers))
	begins := make([]int64, len(viewers))
	for i, v := range viewers {
		begins[i] = v.skipped
	}
	for i := range b.events {
		e := &b.events[i]
		w.count++
		texts, _ := b.parts(e)
		var made []encoded
		wanted := false
		for j, v := range viewers {
			wanted = wanted || len(sending[j].Events) < maxTickEvents && passes(v.filters, &texts)
		}
		var moves []move
		if r, ok := recorded(&b, e); ok && w.mover != nil {
			moves = w.mover.of(&r, wanted)
		}
		for j, v := range viewers {
			if !passes(v.filters, &texts) {
				continue
			}
			n := &sending[j]
			if len(n.Events) >= maxTickEvents || sizes[j] >= maxTickBytes || v.waiting.Load() > maxWaiting {
				v.skipped++
				continue
			}
			data := find(&made, &v.access, func() []byte { return encode(w.count, &b, e, moves, &v.access) })
			if data == nil || sizes[j] > 0 && sizes[j]+len(data) > maxTickBytes {
				v.skipped++
				continue
			}
			n.Events = append(n.Events, data)
			sizes[j] += len(data)
		}
	}
	for j, v := range viewers {
		n := &sending[j]
		if len(n.Events) == 0 && missed == 0 && v.skipped == begins[j] {
			continue
		}
		n.Skipped, n.Missed = v.skipped, v.missed
		if n.Events == nil {
			n.Events = []json.RawMessage{}
		}
		data, err := json.Marshal(n)
		if err != nil {
			continue // the parts are JSON
		}
		h.send(v, message("events", data))
	}
}

// encoded is an event as some viewers see it.
type encoded struct {
	access *Access
	data   []byte
}

// find returns an event in the form for an access. Viewers with the same access share it.
func find(made *[]encoded, access *Access, make func() []byte) []byte {
	for _, m := range *made {
		if m.access.HideUsers == access.HideUsers && slices.Equal(m.access.HideFields, access.HideFields) {
			return m.data
		}
	}
	data := make()
	*made = append(*made, encoded{access, data})
	return data
}

// count counts the events, and keeps the names of the types that the map does not declare.
func (h *hub) count(b *batch) {
	m := h.page.client.EventMap()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen += int64(len(b.events))
	for i := range b.events {
		e := &b.events[i]
		if e.result == otelanalytics.ResultNone && (e.more == nil || e.more.err == nil) {
			continue
		}
		texts, _ := b.parts(e)
		if _, declared := m.Match(text(texts[0])); declared || len(texts[0]) == 0 {
			continue
		}
		name := string(texts[0])
		if _, known := h.undeclared[name]; known || len(h.undeclared) < maxUndeclared {
			h.undeclared[name]++
		}
	}
}
