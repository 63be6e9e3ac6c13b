// SPDX-License-Identifier: Apache-2.0

package game

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// Join seats a player at a table whose game has not begun.
func (l *Lobby) Join(id, player string) (Outcome, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, err := l.table(id)
	if err != nil {
		return Outcome{}, err
	}
	_, most := t.mode.players()
	switch {
	case t.playing():
		return Outcome{}, rule.Break(rule.Conflict, "the game has begun")
	case t.seat(player) != nil:
		return Outcome{}, rule.Break(rule.Conflict, "you sit at this table already")
	case len(t.seats) == most:
		return Outcome{}, rule.Break(rule.Conflict, "the table is full")
	}
	t.seats = append(t.seats, &seat{player: player})
	l.seated[t.mode]++
	return t.outcome(), nil
}

// Start begins the game. It is for the host to do.
func (l *Lobby) Start(id, player string) (Outcome, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, err := l.hosted(id, player)
	if err != nil {
		return Outcome{}, err
	}
	least, _ := t.mode.players()
	switch {
	case t.playing():
		return Outcome{}, rule.Break(rule.Conflict, "the game has begun already")
	case len(t.seats) < least:
		return Outcome{}, rule.Break(rule.Conflict, "the game needs at least %d players", least)
	}
	t.deal()
	return t.outcome(), nil
}

// Leave takes a player away from a table. Leaving a game in progress loses it,
// and who then is left alone wins; the last to leave closes the table.
func (l *Lobby) Leave(id, player string) (Outcome, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, s, err := l.seat(id, player)
	if err != nil {
		return Outcome{}, err
	}
	if !t.playing() {
		l.unseat(t, s)
		if len(t.seats) == 0 {
			return l.end(t, nil), nil
		}
		return t.outcome(), nil
	}
	completed := []Completion{{Player: player, Result: Loss, Duration: t.duration()}}
	over := t.drop(l, s)
	if t.humans() == 0 { // the house has won
		return l.end(t, completed), nil
	}
	if len(t.seats) == 1 {
		return l.end(t, append(completed, t.complete(func(*seat) string { return Win })...)), nil
	}
	if over {
		return l.end(t, append(completed, t.results()...)), nil
	}
	o := t.outcome()
	o.Completed = completed
	return o, nil
}

// drop removes a seat from a game in progress and reports whether the game is
// over: the last of those who had one more turn may just have gone.
func (t *table) drop(l *Lobby, s *seat) (over bool) {
	i := slices.Index(t.seats, s)
	onTurn := i == t.turn
	l.unseat(t, s)
	if t.by == s {
		t.power, t.by = "", nil
	}
	if t.caller == s { // nobody's call any more: the game goes on
		t.caller = nil
	}
	if i < t.turn {
		t.turn--
	}
	t.turn %= len(t.seats)
	return onTurn && t.seats[t.turn] == t.caller
}

// Abandon closes a table before anybody has won. It is for the host to do.
func (l *Lobby) Abandon(id, player string) (Outcome, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, err := l.hosted(id, player)
	if err != nil {
		return Outcome{}, err
	}
	return l.end(t, t.complete(func(*seat) string { return "" })), nil
}

// hosted returns a table whose host is the player.
func (l *Lobby) hosted(id, player string) (*table, error) {
	t, s, err := l.seat(id, player)
	if err != nil {
		return nil, err
	}
	if t.seats[0] != s {
		return nil, rule.Break(rule.Forbidden, "only the host of the table can do this")
	}
	return t, nil
}
