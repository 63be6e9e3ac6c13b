// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// block is the journal's unit of damage.
const block = 32 << 10

// TestDamagedJournal damages a journal with three segments in one way after the other. The service starts, delivers
// everything but what lay in damaged blocks or across their ends, counts exactly what it lost, says where the damage
// is, and keeps the file.
func TestDamagedJournal(t *testing.T) {
	const perSegment, pad = 400, 300
	change := func(offset int64, f func(b []byte)) func(t *testing.T, file string) {
		return func(t *testing.T, file string) {
			t.Helper()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f(b[offset:])
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name string
		// damage is done to the files of the journal's directory; segments are the three, in order.
		damage func(t *testing.T, dir string, segments []string)
		blocks int64 // damaged at most
		lost   bool  // something is
		aside  int   // in the folder damaged
	}{
		{
			name:   "a bit flipped",
			damage: func(t *testing.T, _ string, s []string) { change(2*block+500, func(b []byte) { b[0] ^= 4 })(t, s[1]) },
			blocks: 1, lost: true, aside: 1,
		},
		{
			name: "a range zeroed, across the end of a block",
			damage: func(t *testing.T, _ string, s []string) {
				change(2*block-100, func(b []byte) { clear(b[:200]) })(t, s[1])
			},
			blocks: 2, lost: true, aside: 1,
		},
		{
			name: "blocks exchanged",
			damage: func(t *testing.T, _ string, s []string) {
				change(0, func(b []byte) {
					one := bytes.Clone(b[block : 2*block])
					copy(b[block:], b[2*block:3*block])
					copy(b[2*block:], one)
				})(t, s[1])
			},
			blocks: 2, lost: true, aside: 1,
		},
		{
			name: "a block twice",
			damage: func(t *testing.T, _ string, s []string) {
				change(0, func(b []byte) { copy(b[2*block:], b[block:2*block]) })(t, s[1])
			},
			blocks: 1, lost: true, aside: 1,
		},
		{
			name:   "the header of a segment",
			damage: func(t *testing.T, _ string, s []string) { change(0, func(b []byte) { clear(b[:48]) })(t, s[1]) },
			aside:  1,
		},
		{
			name: "a segment cut in the middle",
			damage: func(t *testing.T, _ string, s []string) {
				if err := os.Truncate(s[1], 2*block+100); err != nil {
					t.Fatal(err)
				}
			},
			blocks: 3, lost: true, aside: 1,
		},
		{
			name: "a segment missing",
			damage: func(t *testing.T, _ string, s []string) {
				if err := os.Remove(s[1]); err != nil {
					t.Fatal(err)
				}
			},
			blocks: 5, lost: true,
		},
		{
			name: "two segments that exchanged their names",
			damage: func(t *testing.T, dir string, s []string) {
				for _, names := range [][2]string{{s[0], dir + "/x"}, {s[1], s[0]}, {dir + "/x", s[1]}} {
					if err := os.Rename(names[0], names[1]); err != nil {
						t.Fatal(err)
					}
				}
			},
			blocks: 10, lost: true, aside: 2,
		},
		{
			name: "no checkpoint",
			damage: func(t *testing.T, dir string, _ []string) {
				if err := os.Remove(filepath.Join(dir, "checkpoint")); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			},
		},
		{
			name: "a damaged checkpoint",
			damage: func(t *testing.T, dir string, _ []string) {
				if err := os.WriteFile(filepath.Join(dir, "checkpoint"), bytes.Repeat([]byte("no checkpoint "), 1_000), 0o600); err != nil {
					t.Fatal(err)
				}
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := wireserver.Start(t)
			server.Down()
			truth := newTruth()
			s := settings{URI: server.ImpatientURI(), Dir: t.TempDir()}
			// A part is delivered, so that a checkpoint has something to say.
			server.Up()
			first := run(t, s)
			first.track(order{Prefix: "delivered", Number: 100, Pad: pad, Ack: "stored", Batch: 50}, truth.heardFrom)
			first.shutdown(10 * time.Second)
			server.Down()
			for i := range 3 { // each process has a segment of its own
				p := run(t, s)
				p.track(order{Prefix: string(rune('a' + i)), Number: perSegment, Pad: pad, Batch: 50}, truth.heardFrom)
				p.kill()
			}
			dir := filepath.Join(s.Dir, "journal")
			segments, err := filepath.Glob(filepath.Join(dir, "*.journal"))
			if err != nil || len(segments) < 3 {
				t.Fatal(segments, err)
			}
			segments = segments[len(segments)-3:]
			c.damage(t, dir, segments)

			p := run(t, s)
			server.Up()
			p.flush()
			at := scrape(t, p.url)
			at.balanced(t)
			lost := at.Events("lost")
			missing := truth.check(t, storedOf(server.Documents()), lost)
			if missing != lost || lost > 0 != c.lost || lost > c.blocks*(block/pad+2) {
				t.Errorf("%d events are missing, %d are said to be lost; %d blocks were damaged", missing, lost, c.blocks)
			}
			log := p.log.String()
			if c.aside > 0 && (!strings.Contains(log, "damage found") || !strings.Contains(log, "segment=") || !strings.Contains(log, "offset=")) {
				t.Errorf("the log does not say where the damage is:\n%s", log)
			}
			aside, _ := filepath.Glob(filepath.Join(dir, "damaged", "*"))
			if len(aside) != c.aside {
				t.Errorf("damaged segments: %v, want %d", aside, c.aside)
			}
			p.track(order{Prefix: "after", Number: 20, Pad: pad, Ack: "stored", Batch: 20}, truth.heardFrom)
			truth.check(t, storedOf(server.Documents()), lost)
		})
	}
}
