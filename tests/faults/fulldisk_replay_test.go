// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// leave makes so much room on a full disk.
func (d *disk) leave(bytes int64) error {
	info, err := os.Stat(d.ballast)
	if err != nil {
		return err
	}
	return os.Truncate(d.ballast, max(0, info.Size()-bytes))
}

// refuseOdd refuses the events with odd numbers.
func refuseOdd(c wireserver.Command) wireserver.Action {
	if c.Name != "insert" {
		return wireserver.Proceed
	}
	return wireserver.Refuse(func(doc bson.Raw) bson.D {
		_, number, _ := strings.Cut(nameOf(doc), "-")
		if n, err := strconv.Atoi(number); err != nil || n%2 == 0 {
			return nil
		}
		return wireserver.WriteError(121, "Document failed validation")
	})
}

// TestReplayOnAFullDisk replays the quarantine on disks that have room for nothing, for some of what is put back into the journal, for
// all of that and not for what stays of the file, and for everything. Half of the events are refused again. Each event is
// stored, or has one line, at each time; once there is room, another replay does the rest.
func TestReplayOnAFullDisk(t *testing.T) {
	const events = 300 // about 1.3 MB, in the journal and in the file
	for _, room := range []int64{0, 300 << 10, 3 << 19, 3 << 20} {
		for _, restart := range []bool{false, true} {
			t.Run(fmt.Sprintf("room for %d KiB/restart %v", room>>10, restart), func(t *testing.T) {
				t.Parallel()
				f := newFullDisk(t, 24<<20, 64<<20, nil)
				f.server.Up()
				f.accepts(order{Prefix: "poison", Number: events, Pad: padOf})
				f.accepted = events
				for i := range events {
					f.refused[fmt.Sprint("poison-", i)] = true
				}
				f.flush()
				if n := len(f.inQuarantine()); n != events {
					t.Fatalf("%d events are in quarantine", n)
				}
				f.server.Script(refuseOdd)
				if err := f.disk.fill(); err != nil {
					t.Fatal(err)
				}
				if err := f.disk.leave(room); err != nil {
					t.Fatal(err)
				}
				first, failed := f.store.ReplayQuarantine(t.Context())
				if restart {
					f.end()
					f.begin()
				}
				f.flush()
				scrape(t, f.url).balanced(t)
				f.holds(0)
				t.Logf("%d replayed, %d stored; %v", first.Replayed, len(f.server.Documents()), failed)

				if err := f.disk.free(); err != nil {
					t.Fatal(err)
				}
				f.freed()
				if _, err := f.store.ReplayQuarantine(context.Background()); err != nil {
					t.Fatal(err)
				}
				f.flush()
				scrape(t, f.url).balanced(t)
				f.holds(0)
				if stored, lines := len(f.server.Documents()), len(f.inQuarantine()); stored != events/2 || lines != events/2 {
					t.Errorf("%d events are stored, and %d in quarantine", stored, lines)
				}
			})
		}
	}
}
