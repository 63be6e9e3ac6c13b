// SPDX-License-Identifier: Apache-2.0

package infer_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// webhooks are 329 real deliveries of GitHub; the file beside them says where they are from.
const webhooks = "../../../../examples/webhooks/testdata/github-webhooks.jsonl.gz"

// deliveries are the lines of a file of webhooks.
func deliveries(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(webhooks)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(all)), "\n")
}

// inferred returns the map that the command writes for a file.
func inferred(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := clitest.Run(t, infer.New(), args...)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	return out
}

// loaded is a map as the loader reads it.
func loaded(t *testing.T, text string) *eventmap.Map {
	t.Helper()
	m, err := eventmap.Parse([]byte(text))
	if err != nil {
		t.Fatalf("the map does not load: %v", err)
	}
	return m
}

// violations tracks events with a client of a map, and counts the violations by type, field and rule.
func violations(t *testing.T, m *eventmap.Map, events []otelanalytics.Event) map[string]int {
	t.Helper()
	rec := analyticstest.New(t, m)
	for _, e := range events {
		if err := rec.Client.Track(t.Context(), e); err != nil {
			t.Fatalf("%s: %v", e.Type, err)
		}
	}
	all := map[string]int{}
	for _, v := range rec.Violations() {
		all[v.EventType+" "+v.Field+" "+string(v.Rule)] += v.Count
	}
	return all
}

// delivery returns a line as an event.
func delivery(t *testing.T, line string) otelanalytics.Event {
	t.Helper()
	var d struct {
		Event   string
		Payload json.RawMessage
	}
	if err := json.NewDecoder(bufio.NewReader(strings.NewReader(line))).Decode(&d); err != nil {
		t.Fatal(err)
	}
	return otelanalytics.Event{Type: d.Event, Data: d.Payload}
}

// TestReplayOfWebhooks: under the map that comes of them, real events violate nothing. With the type of one field changed by hand,
// they violate it as often as a count over the file says.
func TestReplayOfWebhooks(t *testing.T) {
	text := inferred(t, webhooks)
	lines := deliveries(t)
	events := make([]otelanalytics.Event, len(lines))
	for i, line := range lines {
		events[i] = delivery(t, line)
	}
	m := loaded(t, text)
	if got := len(m.Events()); got != 58 || len(events) != 329 {
		t.Fatalf("%d event types and %d events, want 58 and 329", got, len(events))
	}
	if got := violations(t, m, events); len(got) > 0 {
		t.Errorf("violations: %v", got)
	}
	if got := violations(t, loaded(t, string(draft.Taken([]byte(text)))), events); len(got) > 0 {
		t.Errorf("violations with the proposals: %v", got)
	}

	const field, was, changed = "  issues:", "issue.number: {type: int}", "issue.number: {type: string}"
	before, after, ok := strings.Cut(text, "\n"+field)
	if !ok || !strings.Contains(after, was) {
		t.Fatalf("the map has no %s in %s", was, field)
	}
	want := 0
	for _, e := range events {
		if e.Type != "issues" {
			continue
		}
		var data struct{ Issue map[string]any }
		if err := json.Unmarshal(e.Data.(json.RawMessage), &data); err != nil {
			t.Fatal(err)
		}
		if n, there := data.Issue["number"]; there && n != nil {
			want++
		}
	}
	got := violations(t, loaded(t, before+"\n"+field+strings.Replace(after, was, changed, 1)), events)
	if want == 0 || len(got) != 1 || got["issues issue.number type"] != want {
		t.Errorf("violations %v, and the file has %d issues with a number", got, want)
	}
}

// TestOrderDoesNotMatter: the same events give the same bytes.
func TestOrderDoesNotMatter(t *testing.T) {
	lines := deliveries(t)
	want := inferred(t, webhooks)
	path := t.TempDir() + "/github-webhooks.jsonl.gz" // the name is in the map
	for name, order := range map[string]func(i int) int{
		"backwards":  func(i int) int { return len(lines) - 1 - i },
		"interwoven": func(i int) int { return i * 100 % len(lines) }, // 329 and 100 have no common divisor
	} {
		var b strings.Builder
		for i := range lines {
			b.WriteString(lines[order(i)] + "\n")
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := inferred(t, path); got != want {
			t.Errorf("%s, the map is another", name)
		}
	}
}
