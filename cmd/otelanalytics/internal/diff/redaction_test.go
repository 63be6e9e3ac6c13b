// SPDX-License-Identifier: Apache-2.0

package diff_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/diff"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func compare(t *testing.T, before, after string) []diff.Change {
	t.Helper()
	var maps []*eventmap.Map
	for _, text := range []string{before, after} {
		m, err := eventmap.Parse([]byte("version: 1\n" + text))
		if err != nil {
			t.Fatal(err)
		}
		maps = append(maps, m)
	}
	return diff.Compare(maps[0], maps[1])
}

// ofPrivacy returns the keys of the changes of privacy, in their order.
func ofPrivacy(changes []diff.Change) string {
	var keys []string
	for _, c := range changes {
		if c.Severity == diff.Privacy {
			keys = append(keys, c.Key)
		}
	}
	return strings.Join(keys, " ")
}

// Each mode of a field becomes each other one: less redaction is a change of privacy, and more is a warning.
func TestModesOfRedaction(t *testing.T) {
	field := map[string]string{"none": "{type: string}", "hash": "{type: string, redact: hash}", "drop": "{redact: drop}"}
	rank := map[string]int{"none": 0, "hash": 1, "drop": 2}
	for from, old := range field {
		for to, now := range field {
			t.Run(from+" to "+to, func(t *testing.T) {
				const text = "events: {e: {data: {f: %s}}}"
				changes := compare(t, fmt.Sprintf(text, old), fmt.Sprintf(text, now))
				want := ""
				if rank[to] < rank[from] {
					want = "events.e.data.f.redact"
				}
				if got := ofPrivacy(changes); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				warned := false
				for _, c := range changes {
					warned = warned || c.Key == "events.e.data.f.redact" && c.Severity == diff.Warning
				}
				if warned != (rank[to] > rank[from]) {
					t.Errorf("%+v", changes)
				}
			})
		}
	}
}

// What was hidden and no longer is, in whatever way.
func TestExposed(t *testing.T) {
	const hidden = "events: {e: {data: {f: {redact: drop}, g: {type: string, redact: hash}}}}"
	for _, test := range []struct{ name, from, to, want string }{
		{"the name is dropped no more", "redact: [secret]\nevents: {e: {}}", "events: {e: {}}", "redact"},
		{"one of two names is", "redact: [secret, other]\nevents: {e: {}}", "redact: [other]\nevents: {e: {}}", "redact"},
		{"a path is dropped no more", "redact: [a.b]\nevents: {e: {}}", "events: {e: {}}", "redact"},
		{"a path becomes narrower", `redact: ["*.b"]` + "\nevents: {e: {}}", "redact: [a.b]\nevents: {e: {}}", "redact"},
		{"a path becomes wider", "redact: [a.b]\nevents: {e: {}}", `redact: ["*.b"]` + "\nevents: {e: {}}", ""},
		{"a path becomes its beginning", "redact: [a.b.c]\nevents: {e: {}}", "redact: [a.b]\nevents: {e: {}}", ""},
		{"a path becomes a name of it", "redact: [a.b]\nevents: {e: {}}", "redact: [b]\nevents: {e: {}}", ""},
		{"a name becomes a path", "redact: [b]\nevents: {e: {}}", "redact: [a.b]\nevents: {e: {}}", "redact"},
		{"the field is no longer declared", hidden, "events: {e: {}}", "events.e.data.f.redact events.e.data.g.redact"},
		{"it is no longer declared, and its name is dropped", hidden, "redact: [f, g]\nevents: {e: {}}", ""},
		{"the map drops what the event did", hidden, "redact: [f]\nevents: {e: {data: {f: {}, g: {type: string, redact: hash}}}}", ""},
		{"the event does what the map did", "redact: [f]\nevents: {e: {data: {f: {}}}}", "events: {e: {data: {f: {redact: drop}}}}", "redact"},
		{"the event is no longer declared", hidden, "events: {}", "events.e.data.f.redact events.e.data.g.redact"},
		{"its pattern hides less", "events: {p.q: {data: {f: {redact: drop}}}, \"p.*\": {}}", "events: {\"p.*\": {}}", "events.p.q.data.f.redact"},
		{"its pattern hides the same", "events: {p.q: {data: {f: {redact: drop}}}, \"p.*\": {data: {f: {redact: drop}}}}", "events: {\"p.*\": {data: {f: {redact: drop}}}}", ""},
		{"a new event hides less than its pattern", "events: {\"p.*\": {data: {f: {redact: drop}}}}", "events: {\"p.*\": {data: {f: {redact: drop}}}, p.q: {}}", "events.p.q.data.f.redact"},
		{"the same", hidden, hidden, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ofPrivacy(compare(t, test.from, test.to)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A change of privacy fails by default and with a word of its own, and what breaks does not fail by that word.
func TestFailOnPrivacy(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("version: 1\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	hidden := file("hidden.yaml", "redact: [secret]\nevents: {e: {data: {f: {type: string}}}}")
	exposed := file("exposed.yaml", "events: {e: {data: {f: {type: string}}}}")
	broken := file("broken.yaml", "redact: [secret]\nevents: {e: {}}")
	for _, test := range []struct {
		name string
		args []string
		code int
	}{
		{"privacy, by default", []string{hidden, exposed}, 1},
		{"privacy, by its word", []string{"--fail-on", "privacy", hidden, exposed}, 1},
		{"privacy, by a lower one", []string{"--fail-on", "warning", hidden, exposed}, 1},
		{"privacy, not looked at", []string{"--fail-on", "none", hidden, exposed}, 0},
		{"breaking, by default", []string{hidden, broken}, 1},
		{"breaking, by the word of privacy", []string{"--fail-on", "privacy", hidden, broken}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if code, out, errs := clitest.Run(t, diff.New(), test.args...); code != test.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.code, out, errs)
			}
		})
	}
}
