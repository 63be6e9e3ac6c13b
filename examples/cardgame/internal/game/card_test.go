// SPDX-License-Identifier: Apache-2.0

package game

import "testing"

func TestCards(t *testing.T) {
	for _, c := range []struct {
		name   string
		card   Card
		points int
		power  string
	}{
		{"joker", Card{}, 0, Joker},
		{"ace", Card{1, Spades}, 1, ""},
		{"ten", Card{10, Hearts}, 10, ""},
		{"jack", Card{11, Clubs}, 11, Jack},
		{"queen", Card{12, Diamonds}, 12, Queen},
		{"black king", Card{13, Spades}, 13, ""},
		{"red king", Card{13, Hearts}, 0, RedKing},
		{"the other red king", Card{13, Diamonds}, 0, RedKing},
	} {
		t.Run(c.name, func(t *testing.T) {
			if points, power := c.card.Points(), c.card.Power(); points != c.points || power != c.power {
				t.Errorf("%d points and the power %q, want %d and %q", points, power, c.points, c.power)
			}
		})
	}
}

func TestDeckHasEveryCardOnce(t *testing.T) {
	count := map[Card]int{}
	for _, card := range newDeck() {
		count[card]++
	}
	if count[Card{}] != 2 || len(count) != 53 {
		t.Errorf("%d jokers and %d different cards, want 2 and 53", count[Card{}], len(count))
	}
	delete(count, Card{})
	for card, n := range count {
		if n != 1 {
			t.Errorf("%v is there %d times", card, n)
		}
	}
}
