// SPDX-License-Identifier: Apache-2.0

// Package game has the rules of Dutch, a card game, and the tables at which it
// is played. It knows nothing of HTTP, and nothing of analytics.
//
// Everybody has four cards, face down. In turn, a player draws a card and
// either discards it or takes it in place of one of their own, which is
// discarded. Who believes to hold the fewest points calls "Dutch" in place of
// playing: all the others have one more turn, and the fewest points win. Some
// discarded cards can be used, see the powers.
package game
