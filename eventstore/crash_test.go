// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// held is a sink whose deliveries wait until the test answers one. It refuses batches of several events that it sees for the first
// time, whoever is to blame, so that their parts are under way together.
type held struct {
	memsink.Sink
	mu      sync.Mutex
	seen    map[[16]byte]bool
	waiting []chan struct{}
	most    int // deliveries that waited together
}

func (h *held) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	answer := make(chan struct{})
	h.mu.Lock()
	h.waiting = append(h.waiting, answer)
	h.most = max(h.most, len(h.waiting))
	first := !h.seen[events[0].ID]
	h.seen[events[0].ID] = true
	h.mu.Unlock()
	select {
	case <-answer:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if first && len(events) > 1 {
		return nil, &eventstore.DeliveryError{Kind: "command", Blame: eventstore.BlameUnknown, Err: errors.New("one of them")}
	}
	return h.Sink.Deliver(ctx, events)
}

// answer answers one delivery; false when none waits.
func (h *held) answer(r *rand.Rand) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.waiting) == 0 {
		return false
	}
	i := r.IntN(len(h.waiting))
	close(h.waiting[i])
	h.waiting = slices.Delete(h.waiting, i, i+1)
	return true
}

// life is what a process was told, and what it did, before it died.
type life struct {
	sink      *held
	copies    *memsink.Sink // behind the first sink
	near, far *memsink.Consumer
	accepted  []int
	synced    map[int]bool
}

func crashConfig(dir string, copies *memsink.Sink, consumers ...*memsink.Consumer) eventstore.Config {
	c := eventstore.Config{Dir: dir, BatchSize: 6, Logger: slog.New(slog.DiscardHandler)}
	c.Sinks = []eventstore.SinkConfig{{Name: "copies", Sink: copies}}
	for _, consumer := range consumers {
		c.Consumers = append(c.Consumers, consumer.Consumer())
	}
	return c
}

// live appends 40 events, of which each fifth waits for the disk, while deliveries are answered in any order, four of them under
// way, and one of two consumers works by fits and starts.
func live(t *testing.T, dir string, files *faultfs.FS, seed uint64) *life {
	l := &life{
		sink: &held{seen: map[[16]byte]bool{}}, copies: memsink.New(), near: memsink.NewConsumer("near"), far: memsink.NewConsumer("far"), synced: map[int]bool{},
	}
	s, err := eventstore.OpenOn(l.sink, crashConfig(dir, l.copies, l.near, l.far), files)
	if err != nil {
		if !files.Crashed() {
			t.Fatal(err)
		}
		return l
	}
	r := rand.New(rand.NewPCG(seed, 9))
	for n := 1; n <= 40; n++ {
		receipt, err := s.Append(t.Context(), numbered(n), eventstore.AckSynced)
		if err == nil {
			l.accepted = append(l.accepted, n)
			if n%5 == 0 && receipt.Wait(t.Context()) == nil {
				l.synced[n] = true
			}
		}
		if n%8 == 0 {
			l.far.Fail([]error{nil, errors.New("not now")}[r.IntN(2)])
		}
		if n > 12 && r.IntN(2) == 0 {
			synctest.Wait()
			l.sink.answer(r)
		}
	}
	for range 25 {
		synctest.Wait()
		l.sink.answer(r)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Shutdown(ended)
	return l
}

// afterwards has another process do the rest, and holds both against what was promised.
func afterwards(t *testing.T, dir string, files *faultfs.FS, l *life, kill bool) {
	t.Helper()
	sink, copies, near, far := memsink.New(), memsink.New(), memsink.NewConsumer("near"), memsink.NewConsumer("far")
	s, err := eventstore.OpenOn(sink, crashConfig(dir, copies, near, far), files)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Shutdown(t.Context())
	if err := errors.Join(s.Flush(t.Context()), s.FlushSinks(t.Context()), s.FlushConsumers(t.Context())); err != nil {
		t.Fatal(err)
	}
	st := s.Stats()
	stored := int64(0)
	for _, n := range st.Stored {
		stored += n
	}
	if st.Accepted+st.Recovered != stored+st.Pending+st.Lost || st.Pending != 0 || kill && st.Lost != 0 {
		t.Fatalf("%+v", st)
	}
	sunk := func(s *memsink.Sink) map[int]bool {
		m := map[int]bool{}
		for _, e := range s.Events() {
			m[numberOf(e)] = true
		}
		return m
	}
	taken := func(c *memsink.Consumer) map[int]bool {
		m := map[int]bool{}
		last := uint64(0)
		for _, e := range c.Events() {
			if e.Seq <= last {
				t.Fatalf("event %d after %d", e.Seq, last)
			}
			last, m[numberOf(e.Event)] = e.Seq, true
		}
		return m
	}
	for name, both := range map[string][2]map[int]bool{
		"the sink": {sunk(&l.sink.Sink), sunk(sink)},
		"copies":   {sunk(l.copies), sunk(copies)},
		"near":     {taken(l.near), taken(near)},
		"far":      {taken(l.far), taken(far)},
	} {
		for _, n := range l.accepted {
			if (kill || l.synced[n]) && !both[0][n] && !both[1][n] {
				t.Fatalf("%s never got event %d (synced: %v)", name, n, l.synced[n])
			}
		}
	}
}

// TestCrashWithDeliveriesUnderWay kills a process with several deliveries, a second sink and two consumers under way at every operation on the
// journal's files, and then the machine.
func TestCrashWithDeliveriesUnderWay(t *testing.T) {
	most := 0
	for at := 0; ; at++ {
		crashed := false
		if !t.Run(fmt.Sprintf("operation %d", at), func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				files := faultfs.New()
				files.SetMapping(at%2 == 0)
				files.CrashAt(at)
				l := live(t, dir, files, uint64(at))
				most, crashed = max(most, l.sink.most), files.Crashed()
				for _, loss := range faultfs.Losses() {
					for seed := range uint64(3) {
						afterwards(t, dir, files.After(loss, seed), l, loss.Name == faultfs.Kill().Name)
					}
				}
			})
		}) {
			return
		}
		if !crashed {
			if t.Logf("%d operations, %d deliveries together", at, most); most != 4 {
				t.Errorf("%d deliveries were under way together, want 4", most)
			}
			return
		}
	}
}
