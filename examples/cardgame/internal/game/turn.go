// SPDX-License-Identifier: Apache-2.0

package game

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// Turn is what a player's turn did.
type Turn struct {
	Outcome
	Discarded Card
	Power     string // of the discarded card: the player can use it until the next card is discarded
}

// Play is a player's turn: a card is drawn and takes the place of the one at
// index card of their hand, or is discarded itself when card is -1.
func (l *Lobby) Play(id, player string, card int) (Turn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, s, err := l.onTurn(id, player)
	if err != nil {
		return Turn{}, err
	}
	if card < -1 || card >= len(s.hand) {
		return Turn{}, rule.Break(rule.Invalid, "card is not between -1 and %d", len(s.hand)-1)
	}
	turn := Turn{Discarded: t.play(s, card)}
	turn.Outcome = l.pass(t)
	if !turn.Over {
		turn.Power = turn.Discarded.Power()
	}
	return turn, nil
}

// Call is a player's turn: they call Dutch, and the others have one more turn.
func (l *Lobby) Call(id, player string) (Outcome, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, s, err := l.onTurn(id, player)
	if err != nil {
		return Outcome{}, err
	}
	if t.caller != nil {
		return Outcome{}, rule.Break(rule.Conflict, "Dutch has been called: this is your last turn, play a card")
	}
	t.caller, t.power = s, ""
	return l.pass(t), nil
}

func (l *Lobby) pass(t *table) Outcome {
	if t.pass() {
		return l.end(t, t.results())
	}
	return t.outcome()
}

// onTurn returns a table whose game is in progress, and whose turn is the player's.
func (l *Lobby) onTurn(id, player string) (*table, *seat, error) {
	t, s, err := l.seat(id, player)
	switch {
	case err != nil:
		return nil, nil, err
	case !t.playing():
		return nil, nil, rule.Break(rule.Conflict, "the game has not begun")
	case t.seats[t.turn] != s:
		return nil, nil, rule.Break(rule.Conflict, "it is not your turn")
	}
	return t, s, nil
}

// Use is what using a special card did.
type Use struct {
	Outcome
	Seen *Card // the card that a queen or a red king lets the player look at
}

// Use uses the special card that the player has just discarded. An empty kind
// is whichever it is; card is an index into the hand that the power is about.
func (l *Lobby) Use(id, player, kind string, card int) (Use, error) {
	if err := rule.OneOf("card_type", kind, Queen, Jack, Joker, RedKing); err != nil {
		return Use{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t, s, err := l.seat(id, player)
	switch {
	case err != nil:
		return Use{}, err
	case t.by != s || t.power == "":
		return Use{}, rule.Break(rule.Conflict, "you have no special card to use")
	case kind != "" && kind != t.power:
		return Use{}, rule.Break(rule.Conflict, "your special card is a %s", t.power)
	}
	theirs := t.next(s)
	hand := s.hand
	if t.power == RedKing {
		hand = theirs.hand
	}
	if card < 0 || card >= len(hand) {
		return Use{}, rule.Break(rule.Invalid, "card is not between 0 and %d", len(hand)-1)
	}
	var use Use
	switch t.power {
	case Queen, RedKing:
		seen := hand[card]
		use.Seen = &seen
	case Jack:
		other := min(card, len(theirs.hand)-1)
		s.hand[card], theirs.hand[other] = theirs.hand[other], s.hand[card]
	case Joker:
		if len(s.hand) > 1 { // the last card stays
			s.hand = slices.Delete(s.hand, card, card+1)
		}
	}
	t.power = ""
	use.Outcome = t.outcome()
	return use, nil
}
