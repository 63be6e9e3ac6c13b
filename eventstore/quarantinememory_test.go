// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"io"
	"strings"
	"testing"
)

// TestRefusedAfterItsReplay: an event whose line went with a replay has a line again when it is refused later, wherever the
// lines are, and one only.
func TestRefusedAfterItsReplay(t *testing.T) {
	for name, q := range map[string]*quarantine{
		"file":   newQuarantine(t.TempDir()),
		"memory": {lines: &linesInMemory{bound: 1 << 20}},
	} {
		t.Run(name, func(t *testing.T) {
			q.mayRepeat()
			e := userDocument(t, "a", "note")
			line, err := e.line(e.refusedAt)
			if err != nil {
				t.Fatal(err)
			}
			d, _ := digestOf(line)
			for round := range 3 {
				for range 2 {
					if err := q.add(refuse(e, "r"), 0); err != nil {
						t.Fatal(err)
					}
				}
				from, err := q.open()
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(from)
				_ = from.Close()
				if n := strings.Count(string(text), "\n"); n != 1 || err != nil {
					t.Fatalf("round %d: %d lines, %v; want 1\n%s", round, n, err, text)
				}
				q.leave(d)
				if err := q.endReplay(true); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestLinesInMemoryAreAllOrNone at their bound.
func TestLinesInMemoryAreAllOrNone(t *testing.T) {
	q := linesInMemory{bound: 10}
	for _, step := range []struct {
		text string
		fits bool
	}{{"12345\n", true}, {"6789\n", false}, {"678\n", true}, {"\n", false}} {
		if err := q.append([]byte(step.text), 0); (err == nil) != step.fits {
			t.Errorf("%q: %v", step.text, err)
		}
	}
	before, _ := q.snapshot()
	dropped, changed, err := q.replace(func(line []byte) []byte {
		if string(line) == "678" {
			return []byte("9")
		}
		return nil
	})
	if dropped != 1 || !changed || err != nil || string(q.text) != "9\n" {
		t.Errorf("%d dropped, %v, %v: %q", dropped, changed, err, q.text)
	}
	if text, err := io.ReadAll(before); string(text) != "12345\n678\n" || err != nil {
		t.Errorf("what was read before is %q, %v", text, err)
	}
}
