// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

var contractEvents = flag.Int("contract.events", 20_000, "how many random events TestDataAgainstAReferenceValidator checks")

// TestDataAgainstAReferenceValidator holds the check of an event's data to a validator of JSON Schema that knows nothing of it. Random
// maps are translated into schemas; random events get the same verdict, field by field. What JSON Schema has no word for is left out: dates,
// binary data, keys with dots, paths with indexes, and paths through fields that are not declared.
func TestDataAgainstAReferenceValidator(t *testing.T) {
	const eventsOfMap = 500
	bad := 0
	for seed := uint64(0); seed*eventsOfMap < uint64(*contractEvents); seed++ {
		r := rand.New(rand.NewPCG(seed, 24))
		text := randomMap(r)
		m, err := eventmap.Parse([]byte(text))
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		client, err := otelanalytics.New(m, otelanalytics.WithMeterProvider(noop.NewMeterProvider()), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
		if err != nil {
			t.Fatal(err)
		}
		event, _ := m.Event("e")
		reference, declared := schemaOf(t, event)
		for range eventsOfMap {
			data := randomObject(r, 3)
			got, want := verdict(t, client.Record(t.Context(), "e", data)), referenceVerdict(t, reference, decoded(data, declared))
			if len(want) > 0 {
				bad++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d (-reference +got):\n%s\n%v\n%s", seed, diff, data, text)
			}
		}
		if err := client.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if t.Logf("%d events, %d of them violate their map", *contractEvents, bad); bad < *contractEvents/10 || bad > *contractEvents*9/10 {
		t.Errorf("%d of %d events violate their map: that compares little", bad, *contractEvents)
	}
}

// verdict returns RULE PATH of each violation, sorted.
func verdict(t *testing.T, err error) (all []string) {
	if err == nil {
		return nil
	}
	invalid, ok := errors.AsType[*otelanalytics.InvalidEventError](err)
	if !ok || len(invalid.Violations) >= 100 {
		t.Fatal(err)
	}
	for _, v := range invalid.Violations {
		path := strings.TrimPrefix(v.Path, "event_data.")
		all = append(all, string(v.Rule)+" "+path)
	}
	slices.Sort(all)
	return all
}

// referenceVerdict is that of the schema. A value of a wrong type violates nothing else.
func referenceVerdict(t *testing.T, s *jsonschema.Schema, data any) (all []string) {
	err := s.Validate(data)
	if err == nil {
		return nil
	}
	top, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		t.Fatal(err)
	}
	var leaves []*jsonschema.ValidationError
	mistyped := map[string]bool{}
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			leaves = append(leaves, e)
			if _, ok := e.ErrorKind.(*kind.Type); ok {
				mistyped[strings.Join(e.InstanceLocation, ".")] = true
			}
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(top)
	for _, e := range leaves {
		path := strings.Join(e.InstanceLocation, ".")
		if _, ok := e.ErrorKind.(*kind.Type); !ok && mistyped[path] {
			continue
		}
		within := func(rule string, names []string) {
			for _, name := range names {
				all = append(all, rule+" "+strings.Join(append(slices.Clone(e.InstanceLocation), name), "."))
			}
		}
		switch k := e.ErrorKind.(type) {
		case *kind.Type:
			rule := "type "
			if _, err := strconv.Atoi(e.InstanceLocation[len(e.InstanceLocation)-1]); err == nil {
				rule = "items "
			}
			all = append(all, rule+path)
		case *kind.Required:
			within("required", k.Missing)
		case *kind.AdditionalProperties:
			within("additional", k.Properties)
		default:
			rule, ok := map[string]string{
				"enum": "values", "pattern": "pattern", "minLength": "min_length", "maxLength": "max_length", "minimum": "min", "maximum": "max", "maxItems": "max_items",
			}[strings.Join(k.KeywordPath(), "/")]
			if !ok {
				t.Fatalf("%T", k)
			}
			all = append(all, rule+" "+path)
		}
	}
	slices.Sort(all)
	return all
}

// decoded returns a value as a decoder of JSON would. A declared field that is null is missing.
func decoded(v any, s map[string]any) any {
	switch v := v.(type) {
	case bson.D:
		m := map[string]any{}
		fields, _ := s["properties"].(map[string]any)
		for _, e := range v {
			field, declared := fields[e.Key].(map[string]any)
			if e.Value != nil || !declared {
				m[e.Key] = decoded(e.Value, field)
			}
		}
		return m
	case bson.A:
		entry, _ := s["items"].(map[string]any)
		all := make([]any, len(v))
		for i := range v {
			all[i] = decoded(v[i], entry)
		}
		return all
	default:
		return v
	}
}

// schemaOf translates what the map asks of an event's data.
func schemaOf(t *testing.T, event *eventmap.Event) (s *jsonschema.Schema, root map[string]any) {
	t.Helper()
	root = map[string]any{}
	arrays := map[string]bool{}
	for i := range event.Data {
		f := &event.Data[i]
		path := strings.Join(f.Path, ".")
		at := root
		for depth, part := range f.Path {
			at = property(at, part, event.Additional == eventmap.ViolateAdditional)
			above := strings.Join(f.Path[:depth+1], ".")
			if arrays[above] && depth+1 < len(f.Path) {
				at = child(at, "items")
			}
		}
		arrays[path] = f.Rules.Items
		schemaOfField(at, f)
		if f.Rules.Required {
			parent := root
			for depth, part := range f.Path[:len(f.Path)-1] {
				parent = child(child(parent, "properties"), part)
				if arrays[strings.Join(f.Path[:depth+1], ".")] {
					parent = child(parent, "items")
				}
			}
			names, _ := parent["required"].([]any)
			parent["required"] = append(names, f.Path[len(f.Path)-1])
		}
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("event.json", root); err != nil {
		t.Fatal(err)
	}
	return compile(t, c, "event.json"), root
}

func schemaOfField(at map[string]any, f *eventmap.Field) {
	if names := f.TypeNames(); names != nil {
		var types []any
		for _, name := range names {
			types = append(types, map[string]string{
				"string": "string", "int": "integer", "double": "number", "bool": "boolean", "object": "object", "array": "array",
			}[name])
		}
		at["type"] = types
	}
	rule := func(keyword string, set bool, value any) {
		if set {
			at[keyword] = value
		}
	}
	k := &f.Rules
	// Beside the others, since the validator looks at nothing else of a value that is not listed.
	rule("allOf", k.Values != nil, []any{map[string]any{"enum": k.Values}})
	rule("pattern", k.Pattern != "", k.Pattern)
	rule("minLength", k.MinLength > 0, k.MinLength)
	rule("maxLength", k.MaxLength > 0, k.MaxLength)
	rule("maxItems", k.MaxItems > 0, k.MaxItems)
	if k.Min != nil {
		at["minimum"] = *k.Min
	}
	if k.Max != nil {
		at["maximum"] = *k.Max
	}
	if k.Items {
		child(at, "items")["type"] = []any{"object", "null"}
	}
}

func child(s map[string]any, key string) map[string]any {
	c, ok := s[key].(map[string]any)
	if !ok {
		c = map[string]any{}
		s[key] = c
	}
	return c
}

func property(s map[string]any, name string, closed bool) map[string]any {
	if closed {
		s["additionalProperties"] = false
	}
	return child(child(s, "properties"), name)
}

// randomMap declares fields among those of randomObject.
func randomMap(r *rand.Rand) string {
	b := new(strings.Builder)
	fmt.Fprintf(b, "version: 1\nevents:\n  e:\n    on_violation: reject\n    additional: %s\n    data:\n", []string{"keep", "violate"}[r.IntN(2)])
	for _, name := range []string{"a", "b", "c"} {
		fmt.Fprintf(b, "      %s: {%s}\n", name, randomField(r, 2))
	}
	if r.IntN(2) == 0 {
		fmt.Fprintf(b, "      o: {type: object}\n      o.a: {%s}\n      o.c: {type: object}\n      o.c.b: {%s}\n", randomField(r, 0), randomField(r, 0))
	}
	return b.String()
}

func randomField(r *rand.Rand, depth int) string {
	var parts []string
	add := func(one int, format string, args ...any) {
		if r.IntN(one) == 0 {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(6, "required: true")
	text := func() {
		add(3, "pattern: %q", []string{"a", "^x", "é+", "^.{2}$", "[0-9]$"}[r.IntN(5)])
		add(3, "min_length: %d", 1+r.IntN(2))
		add(3, "max_length: %d", 2+r.IntN(3))
	}
	number := func() {
		add(3, "min: %v", []any{-1, 0, 0.5}[r.IntN(3)])
		add(3, "max: %v", []any{1, 2.5, 1e6}[r.IntN(3)])
	}
	switch r.IntN(18) {
	default: // of any type
	case 1, 2:
		parts = append(parts, "type: string")
		text()
		add(4, `values: [a, "é", xyz]`)
	case 3:
		parts = append(parts, "type: int")
		number()
		add(4, "values: [1, -3, 1000000]")
	case 4:
		parts = append(parts, "type: double")
		number()
		add(4, "values: [1, 0.5]")
	case 5:
		parts = append(parts, "type: bool")
		add(2, "values: [true]")
	case 6:
		parts = append(parts, "type: [string, int]")
		text()
		number()
		add(4, "values: [1, x1]")
	case 7, 8:
		parts = append(parts, "type: array")
		add(2, "max_items: %d", 1+r.IntN(3))
		if depth > 0 {
			parts = append(parts, fmt.Sprintf("items: {a: {%s}, b: {%s}}", randomField(r, depth-1), randomField(r, depth-1)))
		}
	}
	return strings.Join(parts, ", ")
}

// randomObject has fields of the names that maps declare, mostly, each once.
func randomObject(r *rand.Rand, depth int) bson.D {
	d := bson.D{}
	for _, name := range []string{"a", "b", "c", "o", "x"} {
		if r.IntN(4) > 0 && (name != "x" || r.IntN(4) == 0) {
			d = append(d, bson.E{Key: name, Value: randomData(r, depth)})
		}
	}
	r.Shuffle(len(d), func(i, j int) { d[i], d[j] = d[j], d[i] })
	return d
}

func randomData(r *rand.Rand, depth int) any {
	switch n := r.IntN(12); {
	case n < 2 && depth > 0:
		return randomObject(r, depth-1)
	case n < 5 && depth > 0:
		a := bson.A{}
		for range r.IntN(4) {
			if r.IntN(4) == 0 {
				a = append(a, randomData(r, depth-1))
			} else {
				a = append(a, randomObject(r, depth-1))
			}
		}
		return a
	case n < 8:
		return []string{"", "a", "é", "éé", "xyz", "x1", "xaé", "long text 5"}[r.IntN(8)]
	case n < 11:
		return []any{0, 1, int32(-3), int64(1_000_000), 1_000_001, 0.5, 1.0, 2.5, -1.5, 1e6}[r.IntN(10)]
	default:
		return []any{true, false, nil}[r.IntN(3)]
	}
}
