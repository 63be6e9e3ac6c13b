// SPDX-License-Identifier: Apache-2.0

package observe

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/personal"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Counts are how much was seen.
type Counts struct {
	Events, WithData, Types, Users int64

	Exact bool // the number of users
}

// Counts returns how much was seen.
func (o *Observed) Counts() Counts {
	users, exact := o.users.count()
	c := Counts{Events: o.total, Types: int64(len(o.events)), Users: users, Exact: exact}
	for _, e := range o.events {
		c.WithData += e.data.objects
	}
	return c
}

// Draft returns a map of what was seen, with at most so many fields of an event. The deepest are left out first, then the rarest.
func (o *Observed) Draft(fields int) *draft.Map {
	m := &draft.Map{}
	p := &proposals{taken: map[string]bool{}}
	for _, name := range slices.Sorted(maps.Keys(o.events)) {
		e := o.events[name]
		e.data.resolve()
		b := &builder{observed: o, depth: e.data.depthOf(fields), most: fields}
		users, exact := e.users.count()
		one := &draft.Event{Name: name, Comment: fmt.Sprintf("%s (%s)%s", draft.Counted(e.count, "event"), percent(e.count, o.total), usersOf(users, exact))}
		one.Fields = b.fields(&e.data, nil, nil, e.count)
		if note := b.left(&e.data); note != "" {
			one.Notes = append(one.Notes, note)
		}
		p.event(one, b.found)
		m.Events = append(m.Events, one)
	}
	m.Metrics = p.metrics
	return m
}

// Omitted says what was seen and is not in the map, one a line.
func (o *Observed) Omitted() []string {
	var all []string
	if o.nameless > 0 {
		all = append(all, draft.Counted(o.nameless, "event")+` left out: no map can name the type, which is empty or "other", or has a * or a control character`)
	}
	if o.hidden > 0 {
		all = append(all, draft.Counted(o.hidden, "event")+" left out: the type looks like data about a person")
	}
	return all
}

// depthOf returns how deep fields can be so that there are no more than most; at least 1, where there may be more.
func (n *node) depthOf(most int) int {
	for depth := 1; ; depth++ {
		if depth == mostDepth || n.upTo(depth+1) > most {
			return depth
		}
	}
}

// upTo counts the fields up to a depth.
func (n *node) upTo(depth int) int {
	if depth == 0 || n.mapping() {
		return 0
	}
	sum := len(n.children)
	for _, c := range n.children {
		sum += c.upTo(depth - 1)
	}
	return sum
}

// Bounds from which an object that always has other keys counts as a mapping.
const (
	mappingObjects = 20
	mappingKeys    = 20
	mappingShare   = 10 // a key is in less than one of so many objects
)

// mapping reports whether the keys within seem to be data: each object has others.
func (n *node) mapping() bool {
	if n.folded {
		return true
	}
	if n.kinds[object]+n.entries[object] == 0 || n.objects < mappingObjects || len(n.children) < mappingKeys {
		return false
	}
	var seen int64
	for _, c := range n.children {
		seen += c.seen() + c.nulls
	}
	return seen*mappingShare < n.objects*int64(len(n.children))
}

// builder makes the fields of one event.
type builder struct {
	observed *Observed
	depth    int
	most     int  // fields of the data themselves
	inArray  bool // what is looked at belongs to entries of an array
	dropped  bool // what is looked at lies within a field that is redacted
	found    []found
}

// found is a field that a metric may have use for.
type found struct {
	node  *node
	field *draft.Field
	path  []string
	shown []string // its values, when all of them can be shown

	inArray bool // it belongs to entries of an array
	dropped bool // it lies within a field that is redacted
}

// fields returns the fields within a node. path leads to it from the data, and within from what the names of fields begin at. of is
// how many objects there were.
func (b *builder) fields(n *node, path, within []string, of int64) []*draft.Field {
	var all []*draft.Field
	if len(path) == b.depth || n.mapping() {
		return nil
	}
	keys := slices.Sorted(maps.Keys(n.children))
	if len(path) == 0 && len(keys) > b.most {
		slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(n.children[b].seen(), n.children[a].seen()) })
		keys = keys[:b.most]
		slices.Sort(keys)
	}
	for _, key := range keys {
		c := n.children[key]
		below := append(path[:len(path):len(path)], key)
		f := &draft.Field{Path: append(within[:len(within):len(within)], key)}
		all = append(all, f)
		items := c.ofObjects() && len(c.children) > 0 && !c.mapping() && len(below) < b.depth
		inArray, dropped := b.inArray, b.dropped
		kind, _ := c.personal(below)
		b.inArray, b.dropped = inArray || c.kinds[array] > 0, dropped || kind != personal.None
		if items {
			f.Entries, f.Items = true, b.fields(c, below, nil, c.objects)
		} else {
			all = append(all, b.fields(c, below, f.Path, c.objects)...)
		}
		b.inArray, b.dropped = inArray, dropped
		f.Types = c.types()
		b.describe(f, c, below, of)
	}
	return all
}

// ofObjects reports whether the field is an array whose entries are objects.
func (n *node) ofObjects() bool {
	return n.kinds[array] == n.seen() && n.entries[object] > 0 && n.only(object)
}

// only reports whether the entries of arrays are of one kind.
func (n *node) only(k kind) bool {
	for other, count := range n.entries {
		if count > 0 && kind(other) != k {
			return false
		}
	}
	return true
}

// types returns the types that the field has; none when the map has no name for one of them, and when keys spell paths through it though
// it is no object.
func (n *node) types() []string {
	within := len(n.children) > 0 || n.folded || n.through
	if n.kinds[other] > 0 || within && n.kinds[object] == 0 && n.kinds[array] == 0 {
		return nil
	}
	var all []string
	add := func(t eventmap.FieldType, count ...int64) {
		for _, c := range count {
			if c > 0 && !slices.Contains(all, string(t)) {
				all = append(all, string(t))
			}
		}
	}
	add(eventmap.StringField, n.kinds[text])
	if n.kinds[double] > 0 {
		add(eventmap.DoubleField, n.kinds[double])
	} else {
		add(eventmap.IntField, n.kinds[integer])
	}
	add(eventmap.BoolField, n.kinds[boolean])
	add(eventmap.DateField, n.kinds[date])
	if n.kinds[text] == 0 {
		add(eventmap.DateField, n.kinds[instant])
	}
	add(eventmap.ObjectField, n.kinds[object])
	add(eventmap.ArrayField, n.kinds[array])
	return all
}

// describe writes what else is known of a field, in the map and beside it.
func (b *builder) describe(f *draft.Field, n *node, path []string, of int64) {
	notes := []string{n.often(of)}
	if n.kinds[array] > 0 {
		notes = append(notes, n.inArrays())
	}
	if left := b.leftWithin(n, path); left != "" {
		notes = append(notes, left)
	}
	found := found{node: n, field: f, path: path, inArray: b.inArray, dropped: b.dropped}
	switch kind, how := n.personal(path); {
	case kind != personal.None:
		// Where some values are objects, they are redacted with the texts: a map has one word for all.
		notes = append(notes, "looks like "+kind.String()+how)
		f.Redact = string(eventmap.RedactDrop)
	case personal.Any(&n.forms):
		notes = append(notes, n.suspects())
	case n.kinds[text] > 0:
		shown, note := n.show()
		notes = append(notes, note)
		if shown != nil && slices.Equal(f.Types, []string{string(eventmap.StringField)}) {
			found.shown = shown
			for _, v := range shown {
				f.Values = append(f.Values, v)
			}
		}
	}
	b.found = append(b.found, found)
	f.Comment = strings.Join(slices.DeleteFunc(notes, func(s string) bool { return s == "" }), "; ")
}

// personal returns what the field seems to be, by its name or by the form of its values, and which of them.
func (n *node) personal(path []string) (k personal.Kind, how string) {
	k = personal.ByName(path)
	// A number under a plural is how many there are.
	numbers := n.entries[integer] > 0 || n.kinds[integer] > 0 && !strings.HasSuffix(path[len(path)-1], "s")
	if k != personal.None && (n.texts > 0 || numbers && personal.Numeric(k, path)) {
		return k, ", by its name"
	}
	if k = personal.OfField(&n.forms, n.formed); k != personal.None {
		return k, ""
	}
	return personal.None, ""
}

// suspects says how many values look personal, which are too few to redact the field.
func (n *node) suspects() string {
	var all []string
	for k := range personal.Kinds {
		if n.forms[k] > 0 && k != personal.Card {
			all = append(all, fmt.Sprintf("%s of %s values look like %s", words.Thousands(int(n.forms[k])), words.Thousands(int(n.formed)), k))
		}
	}
	return strings.Join(all, ", ")
}
