// SPDX-License-Identifier: Apache-2.0

package game

import "github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"

// Mode is the kind of a game.
type Mode string

// The modes. Old apps do not say which: their games have the empty mode, and
// are played as Multiplayer is.
const (
	Practice    Mode = "practice"    // one player against the house
	Multiplayer Mode = "multiplayer" // two to four players
	Tournament  Mode = "tournament"  // three or four players, for a higher reward
)

// ParseMode returns the mode that a request names, or the empty one.
func ParseMode(name string) (Mode, error) {
	return Mode(name), rule.OneOf("game_mode", name, string(Practice), string(Multiplayer), string(Tournament))
}

// players is how many players a game needs at least, and takes at most.
func (m Mode) players() (least, most int) {
	switch m {
	case Practice:
		return 1, 1
	case Tournament:
		return 3, 4
	default:
		return 2, 4
	}
}

// Reward is how many coins the winner gets.
func (m Mode) Reward() int64 {
	switch m {
	case Practice:
		return 0
	case Tournament:
		return 50
	default:
		return 20
	}
}
