// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"cmp"
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/evaluation"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

func attributeKey(name string) attribute.Key { return attribute.Key(name) }

// target takes slices.
type target interface {
	// write takes a slice, which may have been taken before. It returns the name of the file, if it makes one.
	write(context.Context, *slice) (file string, samples int64, err error)
}

// source reads documents in the order of a time.
type source interface {
	// Each calls f with each document of a span of time in milliseconds, its beginning included, its end not.
	Each(ctx context.Context, from, to int64, f func(bson.Raw) error) error
	// First returns the time of the first document of a span; found is false without one.
	First(ctx context.Context, from, to int64) (at int64, found bool, err error)
}

// run evaluates documents in their order, and gives slices to a target.
type run struct {
	evaluator *evaluation.Evaluator
	stream    source
	past      *past  // nil: no metric counts different values
	begin     int64  // where past begins to read
	by        string // the time that documents are put at
	target    target
	dir       string
	grid      grid
	labels    []label
	state     state
	slice     *slice
	families  map[*evaluation.Metric]*family
	progress  *cli.Progress

	step  int    // the next one to finish
	cut   *state // of the step before, where the slice ends there
	tally tally  // since the run began
	base  tally  // of runs before it
}

func newRun(m *eventmap.Map, c choice, o *settings, g grid, s state) (*run, error) {
	e, err := evaluation.New(m)
	if err != nil {
		return nil, err
	}
	r := &run{
		evaluator: e, grid: g, state: s, step: s.Next, base: s.Tally, dir: o.out, by: o.by,
		slice: &slice{grid: g, first: s.Next, last: -1}, families: make(map[*evaluation.Metric]*family),
	}
	for name, value := range o.labels {
		r.labels = append(r.labels, label{name, value})
	}
	for _, metric := range e.Metrics() {
		if !slices.Contains(c.metrics, metric.Declared) {
			continue
		}
		f := &family{metric: metric.Declared, name: o.pageName(metric.Declared), bounds: metric.Bounds, known: make(map[*evaluation.Series]*history)}
		r.families[metric] = f
		r.slice.families = append(r.slice.families, f)
	}
	slices.SortFunc(r.slice.families, func(a, b *family) int { return cmp.Compare(a.name, b.name) })
	if r.past, err = newPast(m, c, s.Past); err != nil {
		return nil, err
	}
	r.state.Past = nil
	if s.Saved == nil {
		e.Start()
		return r, nil
	}
	if err := e.Restore(*s.Saved); err != nil {
		return nil, err
	}
	e.Start()
	e.Changed() // they have been written
	r.state.Saved = nil
	for metric, f := range r.families {
		for _, live := range metric.Series {
			h := newHistory(live, metric.Declared, s.Next, r.labels)
			h.before = live.Clone()
			f.known[live] = h
			f.series = append(f.series, h)
		}
	}
	return r, nil
}

// do evaluates everything that is left.
func (r *run) do(ctx context.Context) error {
	last := r.grid.steps() - 1
	from := r.grid.at(max(r.step-1, 0))
	if err := r.past.warm(ctx, r.evaluator, r.begin, from, r.by, r.progress); err != nil {
		return err
	}
	err := inParts(from, r.grid.at(last), blockMilliseconds, func(from, to int64) error {
		if err := r.stream.Each(ctx, from, to, func(doc bson.Raw) error { return r.document(ctx, doc) }); err != nil {
			return err
		}
		return r.finish(ctx, to)
	})
	if err != nil {
		return err
	}
	return r.finish(ctx, r.grid.at(last))
}

// inParts calls f for the parts of a span of time, which begin at multiples of a length. So no cursor lives for long.
func inParts(from, end, length int64, f func(from, to int64) error) error {
	for from < end {
		to := min(end, (floor(from, length)+1)*length)
		if err := f(from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// document evaluates a document, behind the steps that are not later than it.
func (r *run) document(ctx context.Context, doc bson.Raw) error {
	event, err := eventdoc.ParseRecorded(doc)
	if err != nil {
		return err
	}
	at := timeOf(&event, r.by)
	if at >= r.grid.at(r.step) {
		if err := r.finish(ctx, at); err != nil {
			return err
		}
	}
	r.tally.Events++
	if event.SampleRate > 0 {
		r.tally.Weighted++
	}
	switch r.evaluator.Event(&event) {
	case evaluation.MetricsOff:
		r.tally.MetricsOff++
	case evaluation.SwitchedOff:
		r.tally.SwitchedOff++
	case evaluation.Evaluated:
		r.past.add(doc, at)
	}
	r.progress.Add(1)
	return nil
}

// timeOf returns the time that an event is put at.
func timeOf(event *eventdoc.Recorded, by string) int64 {
	if by == eventdoc.FieldReceivedAt {
		return event.ReceivedAt
	}
	return event.Time
}

// finish ends every step up to a time.
func (r *run) finish(ctx context.Context, upTo int64) error {
	for last := r.grid.steps() - 1; r.step <= last && r.grid.at(r.step) <= upTo; r.step++ {
		r.past.read(r.evaluator, r.grid.at(r.step))
		for _, live := range r.evaluator.Changed() {
			if f := r.families[live.Metric]; f != nil {
				r.slice.add(f, live, r.step, r.labels)
			}
		}
		if r.cut != nil {
			if err := r.write(ctx, r.cut); err != nil {
				return err
			}
			r.cut = nil
		}
		switch {
		case r.step == last:
			r.slice.last = last
			s := r.checkpoint()
			s.Done = true
			if err := r.write(ctx, &s); err != nil {
				return err
			}
		case r.grid.endsSlice(r.step) || r.slice.bytes > mostSliceBytes:
			// A series that begins with the next step has zero at this one: the slice is written then.
			r.slice.last = r.step
			s := r.checkpoint()
			saved := r.evaluator.Save()
			s.Saved, s.Past = &saved, r.past.memory()
			r.cut = &s
		}
	}
	return nil
}

// checkpoint returns what is known when the step that the slice ends with is evaluated.
func (r *run) checkpoint() state {
	s := r.state
	s.Next = r.step + 1
	t := r.base
	t.Events += r.tally.Events
	t.MetricsOff += r.tally.MetricsOff
	t.Weighted += r.tally.Weighted
	t.SwitchedOff += r.tally.SwitchedOff
	s.Tally = t.with(r.evaluator)
	return s
}

// write gives the slice to the target, and then saves the checkpoint.
func (r *run) write(ctx context.Context, s *state) error {
	file, samples, err := r.target.write(ctx, r.slice)
	if err != nil {
		return err
	}
	r.base.Samples += samples
	s.Tally.Samples = r.base.Samples
	if file != "" {
		r.state.Files = append(r.state.Files, file)
	}
	s.Files = r.state.Files
	if err := s.save(r.dir); err != nil {
		return err
	}
	r.state.Tally, r.state.Done = s.Tally, s.Done
	r.slice.next(r.slice.last)
	return nil
}
