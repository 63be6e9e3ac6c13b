// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Random makes maps and events.
type Random struct {
	*rand.Rand
	// Modest leaves out values at the ends of their ranges, and max_series: what depends on the order of events is then in attributes with a
	// limit alone.
	Modest bool
}

// Map returns a random map, and its text. Some texts are refused, such as those with a record twice: it tries until one is not.
func (r Random) Map(t testing.TB) (*eventmap.Map, string) {
	t.Helper()
	var err error
	for range 50 {
		text := r.EventMap()
		var m *eventmap.Map
		if m, err = eventmap.Parse([]byte(text)); err == nil {
			return m, text
		}
	}
	t.Fatal(err)
	return nil, ""
}

func pick[T any](r Random, from ...T) T { return from[r.IntN(len(from))] }

var kinds = []string{"counter", "up_down_counter", "gauge", "histogram", "exponential_histogram", "unique"}

// EventMap returns a map in which everything occurs that decides what an event records.
func (r Random) EventMap() string {
	var b strings.Builder
	b.WriteString("version: 1\nredact: [secret]\nmetrics:\n")
	var fed []string // the kinds
	for i := range 1 + r.IntN(8) {
		fed = append(fed, pick(r, kinds...))
		fmt.Fprintf(&b, "  m%d:\n    instrument: %s\n", i, fed[i])
		if fed[i] == "unique" {
			fmt.Fprintf(&b, "    of: %s\n    windows: {daily: 24h, monthly: 30d}\n", pick(r, "$user", "$session", "plan", "who", `'["$os"]'`))
		} else {
			fmt.Fprintf(&b, "    number: %s\n", pick(r, "int", "double"))
		}
		if fed[i] == "histogram" {
			b.WriteString(pick(r, "", "    buckets: [1, 5, 100]\n"))
		}
		limits := []string{"limit: 50, default: none", "limit: 60"}
		if r.IntN(3) == 0 && !r.Modest {
			fmt.Fprintf(&b, "    max_series: %d\n", 12+r.IntN(4))
			limits = []string{"limit: 3"}
		}
		fmt.Fprintf(&b, "    attributes:\n      plan: {%s}\n", pick(r, "values: [free, pro]", "values: [free, pro], default: free", "limit: 2", pick(r, limits...)))
		fmt.Fprintf(&b, "      what: {%s}\n", pick(r, "limit: 3", "values: [ios, 'true', 'false']", pick(r, limits...)))
	}
	if r.IntN(2) == 0 {
		b.WriteString("every_event:\n  record:\n")
		r.record(&b, "    ", fed, "$type", "$platform", "$module", "$session_present")
	}
	b.WriteString("events:\n")
	for i, name := range []string{"e0", "e1", "e2", "screen_*"} {
		fmt.Fprintf(&b, "  %s:\n", name)
		if i == 1 {
			b.WriteString("    renamed_from: [earlier]\n")
		}
		if r.IntN(12) == 0 {
			b.WriteString("    enabled: false\n")
		}
		b.WriteString("    data: {n: {type: int}, $n: {type: int}, $os: {type: string}, plan: {type: string}, who: {type: string, redact: hash}, what: {}, d.x: {type: double}, d.w: {}, items: {type: array}, items.q: {type: int}}\n    record:\n")
		for range 1 + r.IntN(4) {
			r.record(&b, "      ", fed, "what", "$type", "$platform", "$module", "$session_present", "d.w", "who", `'["$os"]'`)
		}
	}
	return b.String()
}

// record writes a record of one of the metrics.
func (r Random) record(b *strings.Builder, indent string, fed []string, sources ...string) {
	metric := r.IntN(len(fed))
	fields := sources[0] == "what"
	fmt.Fprintf(b, "%s- {metric: m%d", indent, metric)
	value := pick(r, "", ", value: 3", ", value: n", ", value: \"=round(data.d.x)\"", `, value: "=data.n * 2 + 1"`, `, value: "=sum(data.items, .q)"`, ", value: items.$size",
		`, value: '["$n"]'`, `, value: "=data.$n + data['$n']"`)
	if fed[metric] == "unique" {
		value = ""
	} else if !fields || value == "" && (strings.Contains(fed[metric], "histogram") || fed[metric] == "gauge") {
		value = ", value: 2"
	}
	b.WriteString(value)
	if fields {
		b.WriteString(pick(r, "", "", `, when: "data.n > 3"`, `, when: "data.plan == 'pro'"`))
	} else {
		b.WriteString(", set: {plan: " + pick(r, "free", "pro") + "}")
	}
	fmt.Fprintf(b, ", from: {what: %s}}\n", pick(r, sources...))
}

// value is one of a field that should be a number.
func (r Random) value() any {
	if r.Modest {
		return pick[any](r, 0, 1, 2, 5, 100, 7.0, 0.25, -3, int32(4), math.NaN(), "text", nil, true, []int{1})
	}
	return pick[any](r, 0, 1, 2, 5, 100, 7.0, 0.25, -3, int32(4), int64(math.MaxInt64), 1e300, math.MaxFloat64, math.NaN(), math.Inf(1), "text", nil, true, []int{1})
}

// plain is one that nearly always is a number.
func (r Random) plain() any {
	if r.IntN(8) == 0 {
		return r.value()
	}
	return pick[any](r, 1, 2, 3, 4.0, 10, 250)
}

func (r Random) text() any {
	return pick[any](r, "free", "pro", "ios", "web", "x", "true", "e0", "", "other", "none", "unknown", nil, 3, 2.5, true, "v"+fmt.Sprint(r.IntN(70)), "\xff", strings.Repeat("long", 100))
}

func (r Random) Event() otelanalytics.Event {
	data := map[string]any{"secret": "s"}
	for name, make := range map[string]func() any{"n": r.plain, "$n": r.plain, "$os": r.text, "plan": r.text, "what": r.text, "who": r.text} {
		if r.IntN(6) > 0 {
			data[name] = make()
		}
	}
	switch r.IntN(4) {
	case 0:
		data["d"] = map[string]any{"x": r.plain(), "w": r.text()}
	case 1:
		data["d.x"], data["d.w"] = r.plain(), r.text()
	case 2:
		data["d"] = "no document"
	}
	if r.IntN(2) == 0 {
		data["items"] = []any{map[string]any{"q": r.plain()}, map[string]any{"q": 2}}
	}
	return otelanalytics.Event{
		Type:      pick(r, "e0", "e0", "e1", "earlier", "e2", "screen_home", "screen_cart", "undeclared"),
		Platform:  pick(r, "", "ios", "web", "toaster"),
		UserID:    pick(r, "", "ann", "bob", "cid", "dan"),
		SessionID: pick(r, "", "s", "t"),
		Data:      data,
	}
}
