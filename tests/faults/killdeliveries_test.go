// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// slowServer answers some inserts, holds one, answers some that overtake it, and then holds those that come until four are
// under way, and the process is dead.
type slowServer struct {
	kill  func()
	ready chan struct{} // there is enough to deliver
	dead  chan struct{}

	mu     sync.Mutex
	quick  int // so many are answered before
	passes int // so many are answered while one is held
	flying int
	stored func() bool // of the next that is held: the server does what it says
}

const underWay = 4

func (s *slowServer) script(c wireserver.Command) wireserver.Action {
	if c.Name != "insert" {
		return wireserver.Proceed
	}
	<-s.ready
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quick--; s.quick >= 0 {
		return wireserver.Proceed
	}
	if s.flying > 0 && s.passes > 0 {
		s.passes--
		return wireserver.Proceed
	}
	if s.flying++; s.flying == underWay {
		s.kill()
	}
	s.mu.Unlock()
	<-s.dead
	s.mu.Lock()
	if s.stored() {
		return wireserver.BreakAfter(nil)
	}
	return wireserver.Break()
}

// TestKillWithFourDeliveries kills a process with four batches under way to a slow server, which does some of them afterwards, and
// not always the first: each event is stored once.
func TestKillWithFourDeliveries(t *testing.T) {
	t.Parallel()
	server := wireserver.Start(t)
	random, truth := chance(t), newTruth()
	s := settings{URI: server.ImpatientURI(), Dir: t.TempDir(), BatchSize: 50}
	kills := max(*rounds/10, 5)
	for round := range kills {
		slow := &slowServer{
			ready: make(chan struct{}), dead: make(chan struct{}), quick: random.IntN(20), passes: random.IntN(20), stored: func() bool { return random.IntN(2) == 0 },
		}
		server.Script(slow.script)
		p := run(t, s)
		killed := make(chan struct{})
		slow.kill = func() { close(killed) }
		p.track(order{Prefix: fmt.Sprint(round), Number: 3_000, Batch: 500, Pad: 50}, truth.heardFrom)
		close(slow.ready)
		select {
		case <-killed:
		case <-time.After(time.Minute):
			t.Errorf("there were never %d deliveries under way", underWay)
		}
		p.kill()
		close(slow.dead)
	}
	at, again := lastStart(t, s, server, truth)
	t.Logf("%d kills: %d documents; the last process took up %d events, %d of which had been delivered", kills, len(server.Documents()), at.Events("recovered"), again)
}
