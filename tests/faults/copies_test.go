// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// consumerNames are those of copies.
var consumerNames = []string{"near", "far"}

// copies are two consumers that write what they take to a file of this process, and return a while later, so that a kill can come in
// between. Far fails every other time.
func copies(dir string) (all []eventstore.Consumer, err error) {
	for _, name := range consumerNames {
		file, err := os.CreateTemp(dir, name+"-*")
		if err != nil {
			return nil, err
		}
		var calls atomic.Int64
		all = append(all, eventstore.Consumer{Name: name, BatchSize: 70, Consume: func(ctx context.Context, events []eventstore.ConsumedEvent) error {
			if calls.Add(1)%2 == 0 && name == "far" {
				return errors.New("not now")
			}
			var lines []byte
			for _, e := range events {
				lines = fmt.Appendf(lines, "%d %s\n", e.Seq, nameOf(bson.Raw(e.Document)))
			}
			_, err := file.Write(lines)
			slow := time.NewTimer(5 * time.Millisecond)
			defer slow.Stop()
			select {
			case <-slow.C:
			case <-ctx.Done():
			}
			return err
		}})
	}
	return all, nil
}

// copied is what a consumer has taken, over all processes.
type copied struct {
	last  uint64
	names map[uint64]string
	again int
}

// read reads what one process took: in order, without a gap, and nothing between it and what others took. A line that the kill cut
// off was not taken.
func (c *copied) read(t *testing.T, text []byte) {
	t.Helper()
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	before := uint64(0)
	for line := range strings.Lines(string(text)) {
		var seq uint64
		var name string
		if _, err := fmt.Sscan(line, &seq, &name); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		switch known := c.names[seq]; {
		case before > 0 && seq != before+1:
			t.Fatalf("event %d after %d", seq, before)
		case before == 0 && seq > c.last+1:
			t.Fatalf("a process begins with event %d, and those before it took events up to %d", seq, c.last)
		case known != "" && known != name:
			t.Fatalf("event %d is %s, and was %s", seq, name, known)
		case known != "":
			c.again++
		}
		before, c.last, c.names[seq] = seq, max(c.last, seq), name
	}
}

// TestKillWithConsumers kills a process with two consumers, one of which fails now and then, while MongoDB comes and goes: each gets
// every event at least once, in order, and none is passed over.
func TestKillWithConsumers(t *testing.T) {
	t.Parallel()
	server := wireserver.Start(t)
	random, truth := chance(t), newTruth()
	s := settings{URI: server.ImpatientURI(), Dir: t.TempDir(), Copies: t.TempDir()}
	taken := map[string]*copied{}
	for _, name := range consumerNames {
		taken[name] = &copied{names: map[uint64]string{}}
	}
	read := func() {
		for name, c := range taken {
			files, err := filepath.Glob(filepath.Join(s.Copies, name+"-*"))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			text, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			c.read(t, text)
			if err := os.Remove(files[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	kills := max(*rounds/4, 5)
	for round := range kills {
		if round%3 == 1 {
			server.Down()
		} else {
			server.Up()
		}
		p := run(t, s)
		o := order{Ack: "written", Pad: -1}
		if round%2 == 1 {
			o.Batch = 1 + random.IntN(40)
		}
		p.trackUntilKilled(truth, fmt.Sprint(round), o, 100+random.IntN(1_500))
		read()
	}
	server.Up()
	p := run(t, s)
	if text := p.get("/flushconsumers"); text != "" {
		t.Fatal(text)
	}
	p.flush()
	scrape(t, p.url).balanced(t)
	read()
	truth.check(t, storedOf(server.Documents()), 0)
	for _, name := range consumerNames {
		c := taken[name]
		times := map[string]int{}
		for _, event := range c.names {
			times[event]++
		}
		truth.check(t, times, 0)
		t.Logf("%d kills: %s got %d events, %d of them again", kills, name, len(c.names), c.again)
	}
	if !slices.ContainsFunc(consumerNames, func(name string) bool { return taken[name].again > 0 }) {
		t.Error("none was offered again: too little to test anything")
	}
}
