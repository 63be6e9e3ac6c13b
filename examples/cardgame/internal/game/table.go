// SPDX-License-Identifier: Apache-2.0

package game

import (
	"slices"
	"time"
)

// handSize is how many cards each player is dealt.
const handSize = 4

// house is who plays against the player of a practice game.
const house = ""

// table is one game. Its lobby's lock guards it.
type table struct {
	id      string
	mode    Mode
	seats   []*seat // in the order of turns; the first player's is the host
	started time.Time
	deck    []Card
	turn    int    // index of the seat whose turn it is
	caller  *seat  // who called Dutch
	power   string // of the card on top of the pile, until it is used
	by      *seat  // who discarded it
}

// seat is a player at a table.
type seat struct {
	player string
	hand   []Card
}

// Completion is how a game ended for one player.
type Completion struct {
	Player   string
	Result   string        // win or loss; empty for a game that was abandoned
	Duration time.Duration // since the game started; 0 for one that never did
}

// The results.
const (
	Win  = "win"
	Loss = "loss"
)

func (t *table) playing() bool { return !t.started.IsZero() }

// humans is how many players sit here, the house not counted.
func (t *table) humans() int {
	n := 0
	for _, s := range t.seats {
		if s.player != house {
			n++
		}
	}
	return n
}

func (t *table) seat(player string) *seat {
	i := slices.IndexFunc(t.seats, func(s *seat) bool { return s.player == player })
	if i < 0 || player == house {
		return nil
	}
	return t.seats[i]
}

// next is who plays after s.
func (t *table) next(s *seat) *seat {
	return t.seats[(slices.Index(t.seats, s)+1)%len(t.seats)]
}

// deal begins the game.
func (t *table) deal() {
	if t.mode == Practice {
		t.seats = append(t.seats, &seat{player: house})
	}
	t.deck = newDeck()
	for _, s := range t.seats {
		s.hand = slices.Clone(t.deck[:handSize])
		t.deck = t.deck[handSize:]
	}
	t.started = time.Now()
}

// draw takes the top card of the deck.
func (t *table) draw() Card {
	card := t.deck[0]
	t.deck = t.deck[1:]
	return card
}

// play draws a card for s. It replaces the card at index i of the hand, or is
// discarded itself when i is -1.
func (t *table) play(s *seat, i int) (discarded Card) {
	discarded = t.draw()
	if i >= 0 {
		discarded, s.hand[i] = s.hand[i], discarded
	}
	t.power, t.by = discarded.Power(), s
	return discarded
}

// pass gives the turn to the next seat and reports whether the game is over:
// when everybody has had a turn since the call, or the deck is used up.
func (t *table) pass() (over bool) {
	t.turn = (t.turn + 1) % len(t.seats)
	for t.seats[t.turn].player == house && t.seats[t.turn] != t.caller && len(t.deck) > 0 {
		t.playHouse(t.seats[t.turn])
		t.turn = (t.turn + 1) % len(t.seats)
	}
	return len(t.deck) == 0 || t.seats[t.turn] == t.caller
}

// playHouse is the house's turn: it replaces its worst card with a better one.
func (t *table) playHouse(s *seat) {
	worst := 0
	for i, c := range s.hand {
		if c.Points() > s.hand[worst].Points() {
			worst = i
		}
	}
	if t.deck[0].Points() >= s.hand[worst].Points() {
		worst = -1
	}
	power, by := t.power, t.by
	t.play(s, worst)
	t.power, t.by = power, by // the player may still use what they discarded
}

// results says how the game ended for the players that are still there: the
// fewest points win, and who called must have fewer than everybody else.
func (t *table) results() []Completion {
	points := make(map[*seat]int, len(t.seats))
	fewest := -1
	for _, s := range t.seats {
		for _, c := range s.hand {
			points[s] += c.Points()
		}
		if fewest < 0 || points[s] < fewest {
			fewest = points[s]
		}
	}
	winners := 0
	for _, n := range points {
		if n == fewest {
			winners++
		}
	}
	return t.complete(func(s *seat) string {
		if points[s] > fewest || s == t.caller && winners > 1 {
			return Loss
		}
		return Win
	})
}

// complete makes the completions, one for each player.
func (t *table) complete(result func(*seat) string) []Completion {
	var all []Completion
	for _, s := range t.seats {
		if s.player != house {
			all = append(all, Completion{Player: s.player, Result: result(s), Duration: t.duration()})
		}
	}
	return all
}

func (t *table) duration() time.Duration {
	if !t.playing() {
		return 0
	}
	return time.Since(t.started)
}
