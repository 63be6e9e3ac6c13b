// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

var workers = flag.Int("workers", 100, "how many processes TestKilledWorkers kills")

// TestKilledWorkers has processes run side by side below one parent, and kills each at a random moment: while it accepts, while it
// delivers, while it adopts what others left. For some, MongoDB is away. One process that comes after them delivers all that is
// left: what was accepted is stored, once, and nothing stays below the parent.
func TestKilledWorkers(t *testing.T) {
	t.Parallel()
	server := wireserver.Start(t)
	random, truth, parent := chance(t), newTruth(), t.TempDir()
	s := settings{URI: server.ImpatientURI(), Dir: eventstore.DirAuto + ":" + parent}
	const wave = 20
	began, most := time.Now(), 0
	for first := 0; first < *workers; first += wave {
		if first/wave%2 == 0 {
			server.Down()
		} else {
			server.Up()
		}
		var alive sync.WaitGroup
		for i := first; i < min(first+wave, *workers); i++ {
			answers := 20 + random.IntN(200)
			alive.Go(func() {
				p, err := launch(t, s)
				if err != nil {
					t.Errorf("worker %d: %v", i, err)
					return
				}
				p.trackUntilKilled(truth, fmt.Sprint(i), order{Ack: "written", Pad: -1, Batch: i % 3 * 5}, answers)
			})
		}
		alive.Wait()
		most = max(most, len(processDirs(t, parent)))
	}
	if t.Failed() {
		return
	}
	server.Up()
	p := run(t, s)
	for deadline := time.Now().Add(2 * time.Minute); len(processDirs(t, parent)) > 1; p.flush() {
		if time.Now().After(deadline) {
			t.Fatalf("not all is adopted: %v\n%s", processDirs(t, parent), p.log)
		}
	}
	page := scrape(t, p.url)
	page.balanced(t)
	truth.check(t, storedOf(server.Documents()), 0)
	if page.Events("lost") != 0 || page.Events("recovered") == 0 {
		t.Errorf("the last process recovered %d events and lost %d", page.Events("recovered"), page.Events("lost"))
	}
	if f := p.shutdown(time.Minute); f.Error != "" {
		t.Error(f.Error)
	}
	if left, err := os.ReadDir(parent); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
	n, _ := truth.numbers()
	t.Logf("%d kills in %v: %d events acknowledged; %d directories at most, the last process took up %d events",
		*workers, time.Since(began).Round(time.Second), n, most, page.Events("recovered"))
}

func processDirs(t *testing.T, parent string) []eventstore.DataDir {
	t.Helper()
	dirs, err := eventstore.DataDirs(parent)
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}
