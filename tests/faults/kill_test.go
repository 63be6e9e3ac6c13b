// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

var (
	rounds = flag.Int("rounds", 20, "how many processes TestKill kills")
	seed   = flag.Uint64("seed", 0, "when TestKill and TestTwoInstances kill (0: a random one, which they print)")
)

// lot is the most kills that one database sees.
const lot = 50

func chance(t *testing.T) *rand.Rand {
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("-seed %d", s)
	return rand.New(rand.NewPCG(s, 0))
}

// TestKill has a process track at full speed from several goroutines, kills it with kill -9 at a random moment, and
// starts it again on the same directory, many times. In every other round each event waits for MongoDB, so that kills
// come between an insert and its checkpoint, too. The rounds are shared among services side by side, each with a
// directory and a MongoDB of its own, since one of them waits most of the time. None has more than [lot] rounds: each start looks for
// the ids of what the process before it left, and the embedded server reads the whole collection for that.
func TestKill(t *testing.T) {
	t.Parallel()
	services := max(min(4, max(1, *rounds/10)), (*rounds+lot-1)/lot)
	var kills, acknowledged, documents, recovered atomic.Int64
	began := time.Now()
	t.Cleanup(func() {
		t.Logf("%d kills in %v: %d events acknowledged, %d documents; processes took up %d events of those before them",
			kills.Load(), time.Since(began).Round(time.Second), acknowledged.Load(), documents.Load(), recovered.Load())
	})
	random := chance(t)
	for i := range services {
		n, source := (*rounds+i)/services, rand.New(rand.NewPCG(random.Uint64(), uint64(i)))
		t.Run(fmt.Sprint("service ", i+1), func(t *testing.T) {
			t.Parallel()
			a, d, r := killOften(t, source, n)
			kills.Add(int64(n))
			acknowledged.Add(int64(a))
			documents.Add(int64(d))
			recovered.Add(r)
		})
	}
}

// killOften kills a service so many times, checks that each event that it acknowledged is in MongoDB once, and returns how
// many were acknowledged, how many documents there are, and how many events processes took up from those before them.
func killOften(t *testing.T, random *rand.Rand, rounds int) (acknowledged, documents int, recovered int64) {
	server := mongotest.Start(t)
	db := server.Database(t)
	truth := newTruth()
	s := settings{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()}
	var lost int64
	for round := range rounds {
		p := run(t, s)
		at := scrape(t, p.url)
		recovered += at.Events("recovered")
		lost += at.Events("lost")
		o, after := order{Ack: "written", Pad: -1}, 100+random.IntN(1_000)
		switch round % 4 {
		case 1, 3:
			o, after = order{Ack: "stored", Pad: 50}, 10+random.IntN(100)
		case 2:
			o.Batch = 1 + random.IntN(40)
		}
		p.trackUntilKilled(truth, fmt.Sprint(round), o, after)
	}
	p := run(t, s)
	p.flush()
	last := scrape(t, p.url)
	last.balanced(t)
	stored := storedIn(t, db)
	truth.check(t, stored, 0)
	recovered += last.Events("recovered")
	if lost+last.Events("lost") != 0 {
		t.Errorf("%d events are said to be lost", lost+last.Events("lost"))
	}
	acknowledged, _ = truth.numbers()
	if acknowledged < 30*rounds || recovered == 0 {
		t.Errorf("%d events in %d rounds, %d of them taken up: too few to test anything", acknowledged, rounds, recovered)
	}
	return acknowledged, len(stored), recovered
}

// trackUntilKilled kills the process when it has answered so often.
func (p *process) trackUntilKilled(h *truth, prefix string, o order, answers int) {
	p.t.Helper()
	var n atomic.Int64
	var clients sync.WaitGroup
	for g := range 4 {
		clients.Go(func() {
			o := o
			o.Prefix = fmt.Sprintf("%s-%d", prefix, g)
			p.track(o, func(a answer) {
				h.heardFrom(a)
				if n.Add(1) == int64(answers) {
					_ = p.cmd.Process.Kill()
				}
			})
		})
	}
	clients.Wait()
	p.kill()
	if n.Load() < int64(answers) {
		p.t.Fatalf("the process ended by itself after %d of %d answers:\n%s", n.Load(), answers, p.log)
	}
}

// lastStart starts a process on what killed ones left, with a server that works, and checks that nothing is missing. It
// returns the page after the delivery, and how many events the server was offered although it had them: the process stored
// so many more than there are new documents.
func lastStart(t *testing.T, s settings, server *wireserver.Server, truth *truth) (at page, again int64) {
	t.Helper()
	server.Script(nil)
	before := len(server.Documents())
	p := run(t, s)
	p.flush()
	at = scrape(t, p.url)
	at.balanced(t)
	truth.check(t, storedOf(server.Documents()), 0)
	return at, at.Events("stored") - int64(len(server.Documents())-before)
}

// TestKilledBetweenInsertAndCheckpoint kills a process at the moment when MongoDB has a batch and has not answered.
func TestKilledBetweenInsertAndCheckpoint(t *testing.T) {
	t.Parallel()
	server := wireserver.Start(t)
	truth := newTruth()
	s := settings{URI: server.ImpatientURI(), Dir: t.TempDir()}
	const times = 5
	for round := range times {
		p := run(t, s)
		var once sync.Once
		server.Script(func(c wireserver.Command) wireserver.Action {
			action := wireserver.Proceed
			if c.Name == "insert" && len(c.Documents) > 1 {
				once.Do(func() { action = wireserver.BreakAfter(func() { _ = p.cmd.Process.Kill() }) })
			}
			return action
		})
		p.track(order{Prefix: fmt.Sprint(round), Pad: 20}, truth.heardFrom)
		p.kill()
	}
	at, again := lastStart(t, s, server, truth)
	if again < 1 {
		t.Errorf("%d of the %d events that the last process took up had been delivered before, want at least one", again, at.Events("recovered"))
	}
}

// TestTwoInstances has two services, each with its journal, deliver into one collection. They are killed in turn.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	db := server.Database(t)
	random, truth := chance(t), newTruth()
	var instances sync.WaitGroup
	var deaths [2]int
	for i := range deaths {
		s := settings{URI: server.URI(), Database: db.Name(), Dir: t.TempDir()}
		after := []int{300 + random.IntN(900), 300 + random.IntN(900), 300 + random.IntN(900)}
		instances.Go(func() {
			for round, answers := range after {
				p, err := launch(t, s)
				if err != nil {
					t.Error(err)
					return
				}
				p.trackUntilKilled(truth, fmt.Sprintf("%d-%d", i, round), order{Ack: []string{"written", "stored"}[(i+round)%2], Pad: 100}, answers)
				deaths[i]++
			}
			p, err := launch(t, s)
			if err != nil {
				t.Error(err)
				return
			}
			defer p.kill()
			p.flush()
			scrape(t, p.url).balanced(t)
		})
	}
	instances.Wait()
	stored := storedIn(t, db)
	truth.check(t, stored, 0)
	n, _ := truth.numbers()
	t.Logf("%v kills, %d events acknowledged, %d documents", deaths, n, len(stored))
}
