// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// TestCheckpointWithoutRoom fills the disk with events while MongoDB is away, kills the service, and takes away the room that the
// checkpoint had. The next process drains the disk all the same, and has room for events then.
func TestCheckpointWithoutRoom(t *testing.T) {
	const whole = 16 << 10
	for _, c := range []struct {
		name   string
		damage func(path string) error
	}{
		{"whole", func(string) error { return nil }},
		{"empty", func(path string) error { return os.Truncate(path, 0) }},
		{"too short", func(path string) error { return os.Truncate(path, 5000) }},
		{"removed", os.Remove},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := mounted(t, 24<<20)
			server := wireserver.Start(t)
			server.Down()
			truth := newTruth()
			s := settings{URI: server.ImpatientURI(), Dir: d.data()}
			p := run(t, s)
			for i, refused := 0, false; !refused; i++ {
				p.track(order{Prefix: fmt.Sprintf("before%d-", i), Number: 50, Pad: 10_000}, func(a answer) {
					truth.heardFrom(a)
					refused = refused || !a.Accepted
				})
			}
			p.kill()
			path := filepath.Join(s.Dir, "journal", "checkpoint")
			if err := c.damage(path); err != nil {
				t.Fatal(err)
			}
			if err := d.fill(); err != nil {
				t.Fatal(err)
			}
			p = run(t, s)
			server.Up()
			p.flush()
			scrape(t, p.url).balanced(t)
			truth.check(t, storedOf(server.Documents()), 0)
			if info, err := os.Stat(path); err != nil || info.Size() != whole {
				t.Errorf("checkpoint: %v, %v; want %d bytes", info, err, whole)
			}
			p.track(order{Prefix: "after", Number: 100, Pad: 10_000, Ack: "stored", Batch: 20}, func(a answer) {
				if truth.heardFrom(a); !a.Accepted {
					t.Errorf("refused once there is room: %s", a.Error)
				}
			})
			truth.check(t, storedOf(server.Documents()), 0)
		})
	}
}
