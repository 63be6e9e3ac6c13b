// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

func (l *loader) loadRecords(n strictyaml.Node, d *eventDecl) {
	seen := map[uint64][]seenRecord{}
	seed := maphash.MakeSeed()
	for _, item := range n.Items() {
		before := n.Mistakes()
		r, ok := l.loadRecord(d, item)
		if !ok || n.Mistakes() > before {
			continue
		}
		// Many records of one metric must not be compared each with each.
		h := r.hash(seed)
		for _, s := range seen[h] {
			if r.same(s.Record) {
				item.Fail("does the same as the entry on line "+strconv.Itoa(s.line), "remove one of the two, or let an attribute differ")
				break
			}
		}
		seen[h] = append(seen[h], seenRecord{r, item.Line()})
		d.event.Records = append(d.event.Records, r)
	}
}

type seenRecord struct {
	Record
	line int
}

// loadRecord reads one entry of record. It reports false when the metric is not known.
func (l *loader) loadRecord(event *eventDecl, item strictyaml.Node) (Record, bool) {
	if item.Null() {
		item.Fail("is empty", `write "metric: NAME"`)
		return Record{}, false
	}
	o := item.Object(recordObject.known()...)
	n, ok := o.Get("metric")
	if !ok {
		if o.Lacks("metric") {
			item.Missing("metric", "name the metric that the event records")
		}
		return Record{}, false
	}
	name, ok := n.TextOf("write the name of one metric; one entry records one metric")
	if !ok {
		return Record{}, false
	}
	d, ok := l.metric[name]
	if !ok {
		if !n.Full() {
			n.Fail("metric "+words.Quote(name)+" is not declared", words.Suggest(name, l.metricNames, "declared metrics"))
		}
		return Record{}, false
	}
	sources, places := d.loadSources(o)
	l.checkSources(event, d, n, sources, places)
	l.checkCounted(event, d, n)
	return Record{Metric: d.metric, Sources: sources, Value: l.loadValue(event, d, o), When: l.loadWhen(event, o)}, true
}

// loadSources determines the source of each attribute: set or from, else the data field of its name. It also returns
// the places of the sources in from.
func (d *metricDecl) loadSources(o strictyaml.Object) (sources []Source, places []strictyaml.Node) {
	sources = make([]Source, len(d.metric.Attributes))
	places = make([]strictyaml.Node, len(d.metric.Attributes))
	for i := range sources {
		sources[i] = Source{Kind: FromData, Path: d.names[i : i+1 : i+1]}
		if d.isWindow(i) {
			sources[i] = Source{Kind: FromWindow}
		}
	}
	set := map[string]strictyaml.Entry{}
	if n, ok := o.Get("set"); ok {
		for _, e := range n.Entries() {
			set[e.Name] = e
			if i, ok := d.attribute(e); ok {
				d.loadConstant(e.Value, &sources[i], i)
			}
		}
	}
	if n, ok := o.Get("from"); ok {
		for _, e := range n.Entries() {
			i, ok := d.attribute(e)
			if !ok {
				continue
			}
			if first, ok := set[e.Name]; ok {
				e.Key.Fail("the attribute is already in set on line "+strconv.Itoa(first.Key.Line()), "keep it in one of the two")
			}
			loadFrom(e.Value, &sources[i])
			places[i] = e.Value
		}
	}
	return sources, places
}

// attribute finds the attribute that a key of set or from names.
func (d *metricDecl) attribute(e strictyaml.Entry) (int, bool) {
	i, ok := d.attrs[e.Name]
	switch {
	case !ok && d.whole && !e.Key.Full():
		e.Key.Fail("metric "+words.Quote(d.metric.Name)+" has no such attribute", words.Suggest(e.Name, d.names, "attributes"))
	case ok && d.isWindow(i):
		e.Key.Fail("the attribute has the windows of the metric, and no event fills it", "leave it out")
		ok = false
	}
	return i, ok
}

// loadConstant reads the constant of one attribute, the i-th.
func (d *metricDecl) loadConstant(n strictyaml.Node, s *Source, i int) {
	a := &d.metric.Attributes[i]
	value, ok := attributeValue(n)
	if !ok {
		return
	}
	if d.sound[i] && !a.allows(value) {
		n.Fail("the attribute cannot be "+words.Quote(value), words.Suggest(value, a.known(), "its values"))
		return
	}
	*s = Source{Kind: FromConstant, Constant: value}
}

// envelopeSources are the sources of attributes beside the event's data.
var envelopeSources = []Source{{Kind: FromType}, {Kind: FromPlatform}, {Kind: FromModule}, {Kind: FromSession}}

func loadFrom(n strictyaml.Node, s *Source) {
	text, ok := n.Text()
	if !ok {
		return
	}
	if strings.HasPrefix(text, "$") {
		for _, known := range envelopeSources {
			if text == known.String() {
				*s = known
				return
			}
		}
		n.Fail(words.Quote(text)+" is no source", words.Suggest(text, words.Of(envelopeSources), "sources beside the data")+"; "+bracketFix(text))
		return
	}
	if path, ok := parsePath(n, text, false, sourceFix); ok {
		*s = Source{Kind: FromData, Path: path}
	}
}

// same reports whether two records do the same. Two records that add or observe different values are not the same. For
// one series of a gauge, one of two values would be lost.
func (r Record) same(s Record) bool {
	return r.Metric == s.Metric && slices.EqualFunc(r.Sources, s.Sources, Source.equal) && r.When.same(s.When) &&
		(r.Metric.Instrument.IsGauge() || r.Value.Constant == s.Value.Constant &&
			slices.Equal(r.Value.Path, s.Value.Path) && r.Value.Expression.same(s.Value.Expression))
}

// same reports whether two expressions have the same text. Either may be nil.
func (x *Expression) same(y *Expression) bool {
	if x == nil || y == nil {
		return x == y
	}
	return x.String() == y.String()
}

func (s Source) equal(t Source) bool {
	return s.Kind == t.Kind && s.Constant == t.Constant && slices.Equal(s.Path, t.Path)
}

// hash is equal for records that are the same.
func (r Record) hash(seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	h.WriteString(r.Metric.Name)
	for _, s := range r.Sources {
		h.WriteByte(byte(s.Kind))
		h.WriteString(s.Constant)
		for _, part := range s.Path {
			h.WriteString(part)
		}
	}
	if !r.Metric.Instrument.IsGauge() {
		for _, part := range r.Value.Path {
			h.WriteString(part)
		}
		maphash.WriteComparable(&h, r.Value.Constant)
		r.Value.Expression.hash(&h)
	}
	r.When.hash(&h)
	return h.Sum64()
}

func (x *Expression) hash(h *maphash.Hash) {
	if x != nil {
		h.WriteString(x.String())
	}
	h.WriteByte(0)
}
