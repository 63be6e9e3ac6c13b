// SPDX-License-Identifier: Apache-2.0

package infer_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// random makes events of a seed.
type random struct{ *rand.Rand }

// keys are names of fields: usual ones, those of people, those that spell paths, and those that a map cannot have.
var keys = strings.Split("a|b|c|total|order.total|order|items|items.sku|email|user_id|name|amount_seconds|é|on|null|true|1|10.5|a b|-|~|#x|$set|$size|$sum|$country|$set.$plan|a%2Eb|$|"+
	"a.|.a|a..b|x[0]|a\"b|it's|ada@example.com|550e8400-e29b-41d4-a716-446655440000|: |{}|\u2028|\t|other|*|data|e1|0x10|.5|YES|country|status|"+
	strings.Repeat("k", 101), "|")

var textValues = []string{
	"", "EUR", "USD", "a: b", "# no comment", "\"quoted\"", "line\nbreak", "null", "true", "12", "1e3", "2026-11-27T20:15:00Z",
	"2026-11-27T20:15:00.123+02:00", "2026-11-27", "ada@example.com", "+44 20 7946 0958", "192.0.2.1", "4111 1111 1111 1111", "Ada Lovelace",
	"Alice Jones", "ghp_0123456789abcdefghij", "other", "unknown", "日本", "\u202e", "\x00", strings.Repeat("x", 70), "-", "[", "{}", "%", "@", "`", "&a", "*a", "!t",
}

var eventTypes = []string{
	"login", "order.completed", "Order Completed", "order_completed", "ORDER_COMPLETED", "é", "on", "1", "push", "push total", "a: b", "x#y", "$pageview",
	"\"", "login_total", "otelanalytics.x", "mail of ada@example.com", "job", "日本", "--", "{", "order_completed_total_sum",
}

func (r random) value(depth int) any {
	kinds := 9
	if depth > 3 {
		kinds = 7
	}
	switch r.IntN(kinds) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return json.Number([]string{"0", "1", "-7", "4294967296", "9007199254740993", "4111111111111111", "18446744073709551616"}[r.IntN(7)])
	case 3:
		return json.Number([]string{"1.5", "1.0", "-0.0", "1e3", "1e300", "0.1"}[r.IntN(6)])
	case 4, 5, 6:
		return textValues[r.IntN(len(textValues))]
	case 7:
		all := make([]any, r.IntN(4))
		for i := range all {
			all[i] = r.value(depth + 1)
		}
		return all
	default:
		return r.object(depth + 1)
	}
}

func (r random) object(depth int) map[string]any {
	o := map[string]any{}
	for range r.IntN(8) {
		o[keys[r.IntN(len(keys))]] = r.value(depth)
	}
	return o
}

// TestRandomEvents: whatever the events are, the map that comes of them loads, with its proposals too, the events do not violate it, and their
// order does not matter.
func TestRandomEvents(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := random{rand.New(rand.NewPCG(seed, 24))}
			var file strings.Builder
			var events []otelanalytics.Event
			// Few types, fields and values in some of them, so that values are shown.
			types, steady := 1+r.IntN(len(eventTypes)), r.IntN(2) == 0
			for range 20 + r.IntN(200) {
				data := r.object(0)
				if steady {
					data["country"] = []any{"DE", "FR", nil}[r.IntN(3)]
					data["on"] = []any{"true", "other", "", "no"}[r.IntN(4)]
				}
				eventType := eventTypes[r.IntN(types)]
				line, err := json.Marshal(map[string]any{"event_type": eventType, "user_id": fmt.Sprint(r.IntN(50)), "event_data": data})
				if err != nil {
					t.Fatal(err)
				}
				file.Write(append(line, '\n'))
				raw, err := json.Marshal(data)
				if err != nil {
					t.Fatal(err)
				}
				events = append(events, otelanalytics.Event{Type: eventType, Data: json.RawMessage(raw)})
			}
			path := filepath.Join(t.TempDir(), "events.jsonl")
			if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			text := inferred(t, path)
			lines := strings.SplitAfter(file.String(), "\n")
			r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
				t.Fatal(err)
			}
			if inferred(t, path) != text {
				t.Error("in another order, the events give another map")
			}
			if !strings.Contains(text, "\n#: metrics:") {
				t.Error("no metrics are proposed: they do not go with the map")
			}
			if got := violations(t, loaded(t, text), events); len(got) > 0 {
				t.Errorf("violations: %v\n%s", got, text)
			}
			loaded(t, string(draft.Taken([]byte(text))))
		})
	}
}
