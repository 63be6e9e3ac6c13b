// SPDX-License-Identifier: Apache-2.0

package game

import "math/rand/v2"

// Card is one of the 54: ranks 1 (ace) to 13 (king) in four suits, and two
// jokers, whose rank is 0.
type Card struct {
	Rank int  `json:"rank"`
	Suit Suit `json:"suit"`
}

// Suit is a card's suit; jokers have none.
type Suit string

// The suits.
const (
	Clubs    Suit = "clubs"
	Diamonds Suit = "diamonds"
	Hearts   Suit = "hearts"
	Spades   Suit = "spades"
)

// The powers of special cards.
const (
	Queen   = "queen"    // look at one of your own cards
	Jack    = "jack"     // swap one of your cards for the next player's
	Joker   = "joker"    // throw one of your cards away
	RedKing = "red_king" // look at one of the next player's cards
)

// Points is what a card costs at the end: its rank; jokers and red kings are free.
func (c Card) Points() int {
	if c.Power() == RedKing {
		return 0
	}
	return c.Rank
}

// Power names what a card does when it is discarded, and is empty for most.
func (c Card) Power() string {
	switch {
	case c.Rank == 0:
		return Joker
	case c.Rank == 11:
		return Jack
	case c.Rank == 12:
		return Queen
	case c.Rank == 13 && (c.Suit == Hearts || c.Suit == Diamonds):
		return RedKing
	}
	return ""
}

// newDeck returns all cards, shuffled.
func newDeck() []Card {
	deck := []Card{{}, {}}
	for _, suit := range []Suit{Clubs, Diamonds, Hearts, Spades} {
		for rank := 1; rank <= 13; rank++ {
			deck = append(deck, Card{Rank: rank, Suit: suit})
		}
	}
	rand.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
	return deck
}
