// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// reading holds the unions of earlier readings.
type reading struct {
	mu     sync.Mutex         // held by a reading
	unions map[unionOf]*union // of tuples that have records, or had some
}

// unionOf names a number.
type unionOf struct{ metric, tuple, window string }

// union is the union of one tuple's values in a window.
type union struct {
	from   time.Time // the window's
	sketch *sketch.Sketch
	merged map[string]bool // records that are in it, of those that there are
}

func (r *reading) init() { r.unions = make(map[unionOf]*union) }

// maxListings bounds how often records are listed because some were replaced before they were loaded.
const maxListings = 10

var errUnsettled = errors.New("records are replaced faster than they can be read; read again; if the error stays, look for a slow database")

// Numbers returns the present numbers of all metrics: one for each window and each tuple. If nobody was counted, a
// metric without attributes has zeros, and so has each combination of listed values.
//
// It reads the records that are new since the last call, and rebuilds the unions once an hour.
func (u *Counter) Numbers(ctx context.Context) ([]Number, error) {
	r := &u.reading
	r.mu.Lock()
	defer r.mu.Unlock()
	now, began := u.config.now(), time.Now()
	u.stats.read.CompareAndSwap(nil, &began)
	if _, err := u.learnKey(ctx); err != nil {
		return nil, err
	}
	var numbers []Number
	for _, m := range u.metrics {
		some, err := u.numbers(ctx, m, now)
		if err != nil {
			u.stats.errors[errRead].Add(1)
			return nil, fmt.Errorf("uniques: metric %s: %w", m.Name, err)
		}
		numbers = append(numbers, some...)
	}
	read := time.Now()
	u.stats.read.Store(&read)
	return numbers, nil
}

// Read calls set with the numbers of all metrics, as an observers.Source does.
//
//	observers.Source{Name: "unique", Metrics: counter.Metrics(), Read: func(ctx context.Context, set observers.SetFunc) error {
//		return counter.Read(ctx, set)
//	}}
func (u *Counter) Read(ctx context.Context, set func(metric string, value float64, attributes ...string)) error {
	numbers, err := u.Numbers(ctx)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		set(n.Metric, float64(n.Value), n.Attributes...)
	}
	return nil
}

// numbers returns the numbers of a metric.
func (u *Counter) numbers(ctx context.Context, m *metric, now time.Time) ([]Number, error) {
	windows := make(map[string]bucket.Window, len(m.windows))
	for _, name := range m.windows {
		windows[name] = bucket.WindowOf(m.Windows[name], now)
	}
	unions, err := u.merge(ctx, m, windows, now)
	if err != nil {
		return nil, err
	}
	tuples := make(map[string]bool)
	for of := range unions {
		tuples[of.tuple] = true
	}
	return m.numbers(tuples, func(tuple, window string) *sketch.Sketch {
		if union := unions[unionOf{m.Name, tuple, window}]; union != nil {
			return union.sketch
		}
		return nil
	}), nil
}

// merge updates the unions of a metric, and returns them.
func (u *Counter) merge(ctx context.Context, m *metric, windows map[string]bucket.Window, now time.Time) (map[unionOf]*union, error) {
	var err error
	for range maxListings {
		var missing bool
		if missing, err = u.mergeRecords(ctx, m, windows, now); err != nil {
			return nil, err
		}
		if !missing {
			break
		}
		err = errUnsettled
	}
	if err != nil {
		return nil, err
	}
	u.mergeOpen(m, windows)
	unions := make(map[unionOf]*union)
	for of, union := range u.reading.unions {
		if of.metric != m.Name {
			continue
		}
		if w := windows[of.window]; !union.from.Equal(w.From()) || union.sketch.Empty() {
			delete(u.reading.unions, of) // its window has nothing any more
			continue
		}
		unions[of] = union
	}
	return unions, nil
}

// mergeRecords merges the new records. missing reports that some of them were replaced before they could be loaded.
func (u *Counter) mergeRecords(ctx context.Context, m *metric, windows map[string]bucket.Window, now time.Time) (missing bool, err error) {
	oldest := bucket.WindowOf(m.longest, now)
	headers, err := u.config.Records.List(ctx, sketchPrefix+m.Name+separator, oldest.From(), oldest.To())
	if err != nil {
		return false, err
	}
	u.refold(m, headers)
	there := make(map[string]bool, len(headers))
	var load []string
	add := func(r recordstore.Record, p place, s *sketch.Sketch) {
		tuple := m.readAs(p.tuple)
		for name, w := range windows {
			if union := u.unionOf(m, tuple, name, w); w.Has(p.bucket) && !union.merged[r.ID] {
				union.sketch.Merge(s)
				union.merged[r.ID] = true
			}
		}
	}
	bad := func(id string) {
		if p, ok := parseID(id); ok {
			for name, w := range windows {
				u.unionOf(m, m.readAs(p.tuple), name, w).merged[id] = true
			}
		}
	}
	for _, h := range headers {
		p, ok := parseID(h.ID)
		if !ok {
			u.damaged(h.ID, errNoID)
			continue
		}
		if !m.reads(p.tuple) {
			continue
		}
		wanted, merged := false, true
		for name, w := range windows {
			if w.Has(p.bucket) {
				wanted = true
				merged = merged && u.unionOf(m, m.readAs(p.tuple), name, w).merged[h.ID]
			}
		}
		if wanted {
			there[h.ID] = true
			switch {
			case merged:
			case len(h.Data) > 0:
				u.parse(recordstore.Record{ID: h.ID, Start: h.Start, Data: h.Data}, add, bad)
			default:
				load = append(load, h.ID)
			}
		}
	}
	loaded := 0
	err = u.load(ctx, load, func(r recordstore.Record, p place, s *sketch.Sketch) {
		loaded++
		add(r, p, s)
	}, func(id string) {
		loaded++
		bad(id)
	})
	if err != nil {
		return false, err
	}
	for of, union := range u.reading.unions {
		if of.metric != m.Name {
			continue
		}
		for id := range union.merged {
			if !there[id] {
				delete(union.merged, id)
			}
		}
	}
	return loaded < len(load), nil
}

// mergeOpen merges the values that this process has not saved.
func (u *Counter) mergeOpen(m *metric, windows map[string]bucket.Window) {
	u.open.mu.Lock()
	defer u.open.mu.Unlock()
	for p, s := range u.open.sketches {
		if p.metric != m.Name || s.low == never && s.saving == never || !m.reads(p.tuple) {
			continue
		}
		for name, w := range windows {
			if w.Has(p.bucket) {
				u.unionOf(m, m.readAs(p.tuple), name, w).sketch.Merge(s.sketch)
			}
		}
	}
}

// unionOf returns the union of a tuple and a window: an empty one when the window has moved.
func (u *Counter) unionOf(m *metric, tuple, name string, w bucket.Window) *union {
	of := unionOf{m.Name, tuple, name}
	found := u.reading.unions[of]
	if found == nil || !found.from.Equal(w.From()) {
		found = &union{from: w.From(), sketch: sketch.New(), merged: make(map[string]bool)}
		u.reading.unions[of] = found
	}
	return found
}

// refold computes as which tuples the tuples of the records and of this process's unsaved values are read. When a known
// tuple is read as another one than before, the unions are rebuilt.
func (u *Counter) refold(m *metric, headers []recordstore.Header) {
	tuples := make(map[string]bool)
	for _, h := range headers {
		if p, ok := parseID(h.ID); ok {
			tuples[p.tuple] = true
		}
	}
	u.open.mu.Lock()
	for p := range u.open.sketches {
		if p.metric == m.Name {
			tuples[p.tuple] = true
		}
	}
	u.open.mu.Unlock()
	before := m.folded
	m.folded = m.fold(slices.Collect(maps.Keys(tuples)))
	for tuple, as := range m.folded {
		if was, known := before[tuple]; known && was != as {
			maps.DeleteFunc(u.reading.unions, func(of unionOf, _ *union) bool { return of.metric == m.Name })
			return
		}
	}
}

// reads reports whether a tuple is of the metric's attributes.
func (m *metric) reads(tuple string) bool {
	_, ok := m.folded[tuple]
	return ok
}

// readAs returns the tuple as which a tuple is read.
func (m *metric) readAs(tuple string) string { return m.folded[tuple] }
