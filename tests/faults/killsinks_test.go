// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// TestKillWithTwoSinks kills a process that delivers to two databases that come and go, each by itself and both together: each gets
// every acknowledged event, and has it once.
func TestKillWithTwoSinks(t *testing.T) {
	t.Parallel()
	random, truth := chance(t), newTruth()
	servers := []*wireserver.Server{wireserver.Start(t), wireserver.Start(t)}
	s := settings{URI: servers[0].ImpatientURI(), Second: servers[1].ImpatientURI(), Dir: t.TempDir(), BatchSize: 70}
	kills, turn := max(*rounds/4, 5), random.IntN(4)
	for round := range kills {
		gone := (round + turn) % 4 // none, one, the other, both
		for i, server := range servers {
			if gone&(1<<i) != 0 {
				server.Down()
			} else {
				server.Up()
			}
		}
		p := run(t, s)
		o := order{Ack: "written", Pad: -1}
		if round%2 == 1 {
			o.Batch = 1 + random.IntN(40)
		}
		p.trackUntilKilled(truth, fmt.Sprint(round), o, 100+random.IntN(1_500))
	}
	for _, server := range servers {
		server.Up()
	}
	p := run(t, s)
	if text := p.get("/flushsinks"); text != "" {
		t.Fatal(text)
	}
	p.flush()
	page := scrape(t, p.url)
	page.balanced(t)
	for i, server := range servers {
		truth.check(t, storedOf(server.Documents()), 0)
		t.Logf("%d kills: sink %d has %d documents", kills, i, len(server.Documents()))
	}
}
