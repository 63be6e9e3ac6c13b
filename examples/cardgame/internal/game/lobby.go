// SPDX-License-Identifier: Apache-2.0

package game

import (
	"crypto/rand"
	"slices"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// Lobby has all tables. It is safe for concurrent use. A table that is over is
// forgotten.
type Lobby struct {
	mu     sync.Mutex
	tables map[string]*table
	seated map[Mode]int
}

// NewLobby returns a lobby without tables.
func NewLobby() *Lobby {
	return &Lobby{tables: map[string]*table{}, seated: map[Mode]int{}}
}

// View is what players may know of a table.
type View struct {
	ID      string
	Mode    Mode
	Players []string // in the order of turns, the host first
	Playing bool
	Turn    string // whose turn it is while playing
}

// Outcome is what a request did to a table.
type Outcome struct {
	View
	Started   bool         // the game has been in progress, now or before this request
	Over      bool         // the table is gone
	Completed []Completion // for whom the game ended with this request
}

// Create opens a table and seats the player as its host.
func (l *Lobby) Create(player string, mode Mode) Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := &table{id: "g-" + rand.Text(), mode: mode, seats: []*seat{{player: player}}}
	l.tables[t.id] = t
	l.seated[mode]++
	return t.outcome()
}

// Seated is how many players sit at the tables of a mode.
func (l *Lobby) Seated(mode Mode) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seated[mode]
}

// Look returns a table.
func (l *Lobby) Look(id string) (View, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, err := l.table(id)
	if err != nil {
		return View{}, err
	}
	return t.view(), nil
}

// maxOpen bounds the list of open tables.
const maxOpen = 20

// Open returns some tables at which a seat is free and the game has not begun.
func (l *Lobby) Open() []View {
	l.mu.Lock()
	defer l.mu.Unlock()
	var open []View
	for _, t := range l.tables {
		if _, most := t.mode.players(); !t.playing() && len(t.seats) < most {
			open = append(open, t.view())
		}
		if len(open) == maxOpen {
			break
		}
	}
	return open
}

func (l *Lobby) table(id string) (*table, error) {
	t, ok := l.tables[id]
	if !ok {
		return nil, rule.Break(rule.NotFound, "there is no such game, or it is over")
	}
	return t, nil
}

// seat returns a table and the player's seat there.
func (l *Lobby) seat(id, player string) (*table, *seat, error) {
	t, err := l.table(id)
	if err != nil {
		return nil, nil, err
	}
	s := t.seat(player)
	if s == nil {
		return nil, nil, rule.Break(rule.Forbidden, "you do not sit at this table: join it first")
	}
	return t, s, nil
}

// unseat takes a player away from a table.
func (l *Lobby) unseat(t *table, s *seat) {
	i := slices.Index(t.seats, s)
	t.seats = slices.Delete(t.seats, i, i+1)
	l.seated[t.mode]--
}

// end forgets a table.
func (l *Lobby) end(t *table, completed []Completion) Outcome {
	l.seated[t.mode] -= t.humans()
	delete(l.tables, t.id)
	o := t.outcome()
	o.Completed, o.Over = completed, true
	return o
}

func (t *table) outcome() Outcome { return Outcome{View: t.view(), Started: t.playing()} }

func (t *table) view() View {
	v := View{ID: t.id, Mode: t.mode, Playing: t.playing()}
	for _, s := range t.seats {
		if s.player != house {
			v.Players = append(v.Players, s.player)
		}
	}
	if v.Playing && t.turn < len(t.seats) {
		v.Turn = t.seats[t.turn].player
	}
	return v
}
