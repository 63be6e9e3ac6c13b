// SPDX-License-Identifier: Apache-2.0

package game

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestResults(t *testing.T) {
	hand := func(ranks ...int) (cards []Card) {
		for _, rank := range ranks {
			cards = append(cards, Card{rank, Clubs})
		}
		return cards
	}
	for _, c := range []struct {
		name   string
		hands  map[string][]Card
		caller string
		want   map[string]string
	}{
		{"the fewest points win", map[string][]Card{"a": hand(1, 2), "b": hand(2, 2), "c": hand(9)}, "", map[string]string{"a": Win, "b": Loss, "c": Loss}},
		{"nobody called: all with the fewest win", map[string][]Card{"a": hand(3), "b": hand(1, 2), "c": hand(4)}, "", map[string]string{"a": Win, "b": Win, "c": Loss}},
		{"the caller has the fewest", map[string][]Card{"a": hand(3), "b": hand(4)}, "a", map[string]string{"a": Win, "b": Loss}},
		{"the caller has as few as another", map[string][]Card{"a": hand(3), "b": hand(1, 2)}, "a", map[string]string{"a": Loss, "b": Win}},
		{"the caller has more", map[string][]Card{"a": hand(5), "b": hand(3)}, "a", map[string]string{"a": Loss, "b": Win}},
		{"a red king and a joker cost nothing", map[string][]Card{"a": {{13, Hearts}, {}}, "b": hand(1)}, "", map[string]string{"a": Win, "b": Loss}},
		{"the house wins", map[string][]Card{house: hand(1), "a": hand(2)}, "a", map[string]string{"a": Loss}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := &table{started: time.Now().Add(-time.Minute)}
			for player, cards := range c.hands {
				s := &seat{player: player, hand: cards}
				table.seats = append(table.seats, s)
				if player == c.caller && c.caller != "" {
					table.caller = s
				}
			}
			got := map[string]string{}
			for _, completion := range table.results() {
				got[completion.Player] = completion.Result
				if completion.Duration < time.Minute {
					t.Errorf("%s played for %v", completion.Player, completion.Duration)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
		})
	}
}
