// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"strconv"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/fieldtree"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
)

// FromMap returns the metrics that an event map declares with the instrument unique and enables. It returns nil if
// there are none. The map's records decide which events count, and which attributes they have.
//
// The records are evaluated from the document of an event, by the same code that updates other metrics in Track. So an
// event counts the same when it is tracked, and when it is counted again from its document. An event whose entry has
// store: false does not count.
func FromMap(m *eventmap.Map) []Metric {
	r := newRecords(m)
	var metrics []Metric
	for _, declared := range m.Metrics() {
		c := declared.Counted
		if c == nil || !declared.Enabled {
			continue
		}
		one := Metric{Name: declared.Name, Of: c.Of, Windows: make(map[string]time.Duration, len(c.Windows)), WindowAttribute: c.WindowAttribute, records: r}
		for _, w := range c.Windows {
			one.Windows[w.Name] = w.Length
		}
		one.attributes = declared.Attributes[:len(declared.Attributes)-1]
		one.maxTuples = max(1, declared.MaxSeries/len(c.Windows))
		metrics = append(metrics, one)
	}
	return metrics
}

// records evaluates which events count by the records of a map. It is safe for concurrent use.
type records struct {
	counting *instruments.Counting
	types    map[*instruments.CountedType]*fieldtree.Tree // made at the start, and only read then
	values   sync.Pool                                    // of *[]instruments.Value

	mu     sync.Mutex // guards tuples
	tuples map[instruments.Tuple]string
}

func newRecords(m *eventmap.Map) *records {
	r := &records{counting: instruments.NewCounting(m), types: make(map[*instruments.CountedType]*fieldtree.Tree), tuples: make(map[instruments.Tuple]string)}
	r.values.New = func() any { return new([]instruments.Value) }
	add := func(t *instruments.CountedType) {
		tree := fieldtree.New(t.Fields(), nil)
		r.types[t] = &tree
	}
	add(r.counting.Undeclared())
	for _, e := range m.Events() {
		add(r.counting.EventType(e.Name))
	}
	return r
}

// each calls f for each value that an event of a type counts.
func (r *records) each(doc bson.Raw, eventType string, f func(metric, tuple string, value instruments.Value)) {
	t := r.counting.EventType(eventType)
	if e := t.Event(); e != nil && !e.Store {
		return
	}
	kept := r.values.Get().(*[]instruments.Value)
	defer r.values.Put(kept)
	n := len(t.Fields())
	if cap(*kept) < n {
		*kept = make([]instruments.Value, n)
	}
	found := fieldtree.Found{Values: (*kept)[:n]}
	defer clear(found.Values) // they refer to the document's memory
	if data, ok := doc.Lookup(eventdoc.FieldData).DocumentOK(); ok {
		r.types[t].Read(data, &found)
	}
	text := func(name string) string {
		s, _ := doc.Lookup(name).StringValueOK()
		return s
	}
	who := instruments.Actor{User: text(eventdoc.FieldUserID), Session: text(eventdoc.FieldSessionID)}
	about := instruments.Envelope{
		Type: eventType, Platform: text(eventdoc.FieldPlatform), Module: text(eventdoc.FieldModule), Session: who.Session != "", Accepted: true,
	}
	_ = t.Each(about, who, found.Values, func(metric string, tuple instruments.Tuple, value instruments.Value) { // there is a value for each field
		f(metric, r.text(tuple), value)
	})
}

// text returns a tuple in the form of a record's id. The bounds of the map bound the number of tuples.
func (r *records) text(t instruments.Tuple) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text, ok := r.tuples[t]; ok {
		return text
	}
	set := t.Attributes()
	var pairs []string
	for _, kv := range set.ToSlice() {
		pairs = append(pairs, string(kv.Key), kv.Value.AsString())
	}
	text := encodeTuple(pairs)
	if len(text) > maxTuple {
		for i := 1; i < len(pairs); i += 2 {
			pairs[i] = Other
		}
		text = encodeTuple(pairs)
	}
	r.tuples[t] = text
	return text
}

// hashed returns the kind and the bytes of a value, as a sketch takes it.
func hashed(v instruments.Value, buf []byte) (sketch.Kind, []byte) {
	switch v.Kind() {
	case instruments.KindInt:
		return sketch.Number, strconv.AppendInt(buf[:0], v.Int(), 10)
	case instruments.KindBool:
		return sketch.Bool, strconv.AppendBool(buf[:0], v.Int() == 1)
	default:
		return sketch.Text, append(buf[:0], v.Text()...)
	}
}
