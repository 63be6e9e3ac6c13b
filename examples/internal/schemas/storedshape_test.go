// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

var storedEvents = flag.Int("stored.events", 8_000, "how many random events TestValidatorAgainstTheCheckOfTheMap checks")

// TestValidatorAgainstTheCheckOfTheMap holds MongoDB's collection validator to the check of an event's data by the client. Random maps
// redact some fields; random events are stored by a client that only counts violations. The document passes the validator exactly if
// the check finds nothing wrong with fields that are not redacted. A key with dots may hide a violation from the validator, and never
// makes one.
func TestValidatorAgainstTheCheckOfTheMap(t *testing.T) {
	const eventsOfMap = 250
	bad, dropped, dots := 0, 0, 0
	for seed := uint64(0); seed*eventsOfMap < uint64(*storedEvents); seed++ {
		r := rand.New(rand.NewPCG(seed, 25))
		text := randomStoredMap(r)
		counting, checking := parsed(t, seed, text, "count"), parsed(t, seed, text, []string{"reject", "quarantine"}[r.IntN(2)])
		v, err := validator.New(checking)
		if err != nil {
			t.Fatal(err)
		}
		schema := mongoSchema(t, v.Document())
		key := otelanalytics.WithRedactKey([]byte("0123456789abcdef"))
		checker, err := otelanalytics.New(checking, key, otelanalytics.WithMeterProvider(noop.NewMeterProvider()), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
		if err != nil {
			t.Fatal(err)
		}
		rec := analyticstest.New(t, counting, key, otelanalytics.WithMeterProvider(noop.NewMeterProvider()), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
		var wants [][]string
		var events []bson.D
		for range eventsOfMap {
			data := withDots(r, randomObject(r, 3))
			events = append(events, data)
			wants = append(wants, verdict(t, checker.Record(t.Context(), "e", data)))
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "e", UserID: "u", Data: data}); err != nil {
				t.Fatal(err)
			}
		}
		event, _ := checking.Event("e")
		for i, stored := range rec.Events("e") {
			var doc bson.D
			if err := bson.Unmarshal(stored.Document, &doc); err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, violation := range wants[i] {
				if hidden(checking, event, violation) {
					dropped++
				} else {
					want = append(want, violation)
				}
			}
			got := schema.Validate(decodedBSON(doc))
			if dotted := hasDots(events[i]); dotted {
				if dots++; len(wants[i]) > 0 || !hasDots(doc) { // the key itself was redacted: an object that is required may be gone
					continue
				}
			}
			if len(want) > 0 {
				bad++
			}
			if (got == nil) != (len(want) == 0) {
				schema, _ := bson.MarshalExtJSONIndent(v.Document(), false, false, "", " ")
				t.Fatalf("seed %d: the check finds %v, the validator %v\n%v\n%v\n%s\n%s", seed, want, got, events[i], doc, text, schema)
			}
		}
		rec.Violations()
		if err := checker.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d events: %d violate their map, %d violations are redacted, %d events have keys with dots", *storedEvents, bad, dropped, dots)
	if bad < *storedEvents/10 || bad > *storedEvents*9/10 || dropped == 0 || dots < *storedEvents/20 {
		t.Error("that compares little")
	}
}

func parsed(t *testing.T, seed uint64, text, mode string) *eventmap.Map {
	t.Helper()
	m, err := eventmap.Parse([]byte(strings.ReplaceAll(text, "MODE", mode)))
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, text)
	}
	return m
}

// hidden reports whether a violation, RULE PATH, is about what is redacted.
func hidden(m *eventmap.Map, event *eventmap.Event, violation string) bool {
	rule, at, _ := strings.Cut(violation, " ")
	var path eventmap.Path
	for part := range strings.SplitSeq(at, ".") {
		if _, err := strconv.Atoi(part); err != nil {
			path = append(path, part)
		}
	}
	for _, r := range m.Redactions() {
		if len(r.Path) == 1 && slices.Contains(path, r.Path[0]) || len(r.Path) == 2 && len(path) > 1 && path[1] == r.Path[1] {
			return true
		}
	}
	return slices.ContainsFunc(event.Data, func(f eventmap.Field) bool {
		if rule == "required" && f.Redact == eventmap.RedactHash && slices.Equal(f.Path, path) {
			return false // the hash shows whether it is there
		}
		return f.Redact != eventmap.RedactNone && len(f.Path) <= len(path) && slices.Equal(f.Path, path[:len(f.Path)])
	})
}

// randomStoredMap declares fields among those of randomObject, and redacts some.
func randomStoredMap(r *rand.Rand) string {
	b := new(strings.Builder)
	redactions := []string{"[x]", "[b]", `["*.a"]`, "[]", "[]", "[]", "[]"}[r.IntN(7)]
	fmt.Fprintf(b, "version: 1\nredact: %s\nevents:\n  e:\n    on_violation: MODE\n    additional: %s\n    data:\n", redactions, []string{"keep", "omit", "violate"}[r.IntN(3)])
	field := func(name string, depth int) {
		rules := randomField(r, depth)
		switch r.IntN(16) {
		case 0:
			rules = "redact: drop"
		case 1:
			rules = []string{"redact: hash", "type: string, required: true, redact: hash"}[r.IntN(2)]
		case 2:
			rules = "type: [string, object], values: [a, x1]"
		case 3:
			rules = "type: object, required: true"
		case 4:
			rules = "required: true"
		case 5:
			rules = "type: [array, bool], required: true, values: [true]"
		}
		fmt.Fprintf(b, "      %s: {%s}\n", name, rules)
	}
	for _, name := range []string{"a", "b", "c"} {
		field(name, 2)
	}
	if r.IntN(2) == 0 {
		if r.IntN(2) == 0 {
			fmt.Fprintf(b, "      o: {type: [object, array]}\n")
		}
		field("o.a", 0)
		fmt.Fprintf(b, "      o.c: {type: object}\n")
		field("o.c.b", 1)
	}
	return b.String()
}

// withDots gives some objects a key with dots.
func withDots(r *rand.Rand, d bson.D) bson.D {
	if r.IntN(8) > 0 {
		return d
	}
	key := []string{"a.b", "o.a", "o.c.b", "b.x", "c.a", "x.y", "o.c"}[r.IntN(7)]
	return slices.Insert(slices.Clone(d), r.IntN(len(d)+1), bson.E{Key: key, Value: randomData(r, 1)})
}

// hasDots reports whether a key has a dot, or the %2E that a document has in its place.
func hasDots(v any) bool {
	switch v := v.(type) {
	case bson.D:
		return slices.ContainsFunc(v, func(e bson.E) bool {
			return strings.Contains(e.Key, ".") || strings.Contains(e.Key, "%2E") || hasDots(e.Value)
		})
	case bson.A:
		return slices.ContainsFunc(v, hasDots)
	default:
		return false
	}
}
