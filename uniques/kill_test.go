// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

var (
	rounds = flag.Int("rounds", 8, "how many processes TestKill kills in each case")
	seed   = flag.Uint64("seed", 0, "when TestKill kills (0: a random one, which it prints)")
)

// killsOfOne bounds the processes that share a database, so that a check stays short.
const killsOfOne = 48

// TestKill has services count distinct users, kills them with kill -9 at random moments, throws away the disks of half of them, and
// starts others in their place. When the last one is dead, a process that has seen nothing of it looks at the leases. After
// that, every bucket has every user of the documents.
func TestKill(t *testing.T) {
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("-seed %d", s)
	server := mongotest.Start(t)
	for n, c := range []struct {
		name      string
		instances int
		apart     time.Duration // their clocks
	}{
		{"two instances", 2, 0},
		{"two instances, with clocks an hour apart", 2, time.Hour},
		{"eight instances, with clocks an hour apart", 8, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(s, uint64(n)))
			for left := *rounds; left > 0 && !t.Failed(); left -= killsOfOne {
				killThem(t, server, random, c.instances, max(1, min(left, killsOfOne)/c.instances), c.apart)
			}
		})
	}
}

// killThem kills each of some instances so often, and checks what is left.
func killThem(t *testing.T, server *mongotest.Server, random *rand.Rand, instances, kills int, apart time.Duration) {
	database := server.Database(t).Name()
	var dead, disks atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for n := range instances {
		random := rand.New(rand.NewPCG(random.Uint64(), uint64(n)))
		i := instance{
			URI: server.URI(), Database: database, Dir: t.TempDir(), Ahead: apart * time.Duration(n) / time.Duration(max(1, instances-1)),
		}
		group.Go(func() {
			for life := range kills {
				i.Life, i.Seed, i.Plain = fmt.Sprintf("%d.%d", n, life), random.Uint64(), random.IntN(8) == 0
				r, err := i.launch()
				if err == nil {
					err = r.accepts(50 + random.IntN(400)/instances)
				}
				switch {
				case err != nil:
				case random.IntN(8) == 0:
					err = r.shutDown()
				default:
					r.kill()
					dead.Add(1)
				}
				if err != nil {
					t.Error(err)
					r.kill()
					return
				}
				if random.IntN(2) == 0 {
					disks.Add(1)
					if err := os.RemoveAll(i.Dir); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	if t.Failed() {
		return
	}
	reader, err := mongostore.NewReader(mongostore.Config{URI: server.URI(), Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	lived := time.Since(began)
	survivor := survive(t, reader, apart)
	settled := time.Since(began) - lived
	documents, users := completeSketches(t, survivor.counter, reader)
	t.Logf("%d processes killed within %v, %d disks thrown away, %d documents of %d users; within %v, the last process counted %d ranges with %d documents again",
		dead.Load(), lived.Round(time.Second), disks.Load(), documents, users, settled.Round(time.Second), survivor.counter.Stats().Rebuilt, survivor.counter.Stats().Reread)
	if survivor.counter.Stats().Rebuilt == 0 || documents < 20*instances*kills {
		t.Error("too little to test anything")
	}
}

// survivor is the process that is left. It tells when it has deleted records.
type survivor struct {
	recordstore.Store
	counter *Counter
	deleted chan struct{}
}

func (s *survivor) Delete(ctx context.Context, ids ...string) error {
	err := s.Store.Delete(ctx, ids...)
	select {
	case s.deleted <- struct{}{}:
	default:
	}
	return err
}

// survive returns a process that has counted what others have left, and has no more to count.
func survive(t *testing.T, reader *mongostore.Reader, ahead time.Duration) *survivor {
	t.Helper()
	s := &survivor{Store: reader.Records(), deleted: make(chan struct{}, 1)}
	c := counting(reader, ahead, slog.New(slog.DiscardHandler))
	c.Records = s
	var err error
	if s.counter, err = New(c); err != nil {
		t.Fatal(err)
	}
	s.counter.start()
	t.Cleanup(func() {
		s.counter.cancel()
		s.counter.ended.Wait()
	})
	for deadline := time.After(2 * time.Minute); ; {
		leases, err := s.List(t.Context(), leasePrefix, time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if len(leases) == 0 { // it has none: it has stored nothing
			s.counter.cancel() // a roll-up would replace what the check reads
			s.counter.ended.Wait()
			return s
		}
		select {
		case <-s.deleted:
		case <-deadline:
			t.Fatalf("after two minutes, these leases are left: %s", strings.Join(idsOf(leases), " "))
		}
	}
}
