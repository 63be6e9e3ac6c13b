// SPDX-License-Identifier: Apache-2.0

package evaluation

import (
	"context"
	"slices"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
)

// Evaluator has what the events record that it was given.
type Evaluator struct {
	set     *instruments.Set
	meter   *meter
	readers map[*instruments.EventType]*reader

	readings uint64 // of Replace
}

// reader reads the fields of one entry of the map.
type reader struct {
	eventType *instruments.EventType
	fields    fieldtree.Tree
	values    []instruments.Value
	off       bool // the map says enabled: false
}

// Result says what became of a document.
type Result uint8

// The results of [Evaluator.Event].
const (
	Evaluated   Result = iota // its metrics were updated
	MetricsOff                // metrics were off when it was accepted
	SwitchedOff               // the map says enabled: false of its event
)

// New returns an evaluator of a map's metrics: of all those that are enabled.
func New(m *eventmap.Map) (*Evaluator, error) {
	kept := newMeter(m)
	set, err := instruments.New(m, kept)
	if err != nil {
		return nil, err
	}
	e := &Evaluator{set: set, meter: kept, readers: make(map[*instruments.EventType]*reader)}
	e.addReader(set.Undeclared())
	for _, event := range m.Events() {
		t, _ := set.EventType(event.Name) // the map has it
		e.addReader(t)
	}
	return e, nil
}

func (e *Evaluator) addReader(t *instruments.EventType) {
	e.readers[t] = &reader{
		eventType: t,
		fields:    fieldtree.New(t.Fields(), nil),
		values:    make([]instruments.Value, len(t.Fields())),
		off:       t.Event() != nil && !t.Event().Enabled,
	}
}

// Start makes the series that a page has from its first scrape on, at zero.
func (e *Evaluator) Start() { e.meter.collect() }

// Document records an event as its document has it. The error is eventdoc.ErrVersion.
func (e *Evaluator) Document(doc []byte) (Result, error) {
	event, err := eventdoc.ParseRecorded(doc)
	if err != nil {
		return 0, err
	}
	return e.Event(&event), nil
}

// Event records an event.
func (e *Evaluator) Event(event *eventdoc.Recorded) Result {
	t, r, result := e.read(event)
	if result != Evaluated {
		return result
	}
	clear(r.values)
	found := fieldtree.Found{Values: r.values}
	r.fields.Read(event.Data, &found)
	e.meter.weight = 1
	if event.SampleRate > 0 {
		e.meter.weight = 1 / event.SampleRate
	}
	_ = t.RecordWith(context.Background(), instruments.Envelope{
		Type: event.Type, Platform: event.Platform, Module: event.Module, Session: event.Session, Accepted: true,
	}, r.values) // there is a value for each field
	return Evaluated
}

// Verdict returns what [Evaluator.Event] would, and records nothing.
func (e *Evaluator) Verdict(event *eventdoc.Recorded) Result {
	_, _, result := e.read(event)
	return result
}

// read returns what reads an event's fields; nil for one that records nothing.
func (e *Evaluator) read(event *eventdoc.Recorded) (*instruments.EventType, *reader, Result) {
	if event.WithoutMetrics {
		return nil, nil, MetricsOff
	}
	t, known := e.set.EventType(event.Type)
	if !known {
		t = e.set.Undeclared()
	}
	r := e.readers[t]
	if r.off {
		return nil, nil, SwitchedOff
	}
	return t, r, Evaluated
}

// Metrics returns the metrics, in the map's order.
func (e *Evaluator) Metrics() []*Metric { return slices.Clone(e.meter.metrics) }

// Changed returns the series that were made or given a value since the last call. The slice holds until the next call.
func (e *Evaluator) Changed() []*Series { return e.meter.takeChanged() }

// Own returns the set's own counters that are not zero: the values that became "other", and those that were refused.
func (e *Evaluator) Own() []OwnCounter { return e.meter.collect() }
