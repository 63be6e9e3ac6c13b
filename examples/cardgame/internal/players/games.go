// SPDX-License-Identifier: Apache-2.0

package players

import (
	"fmt"
	"net/http"
	"time"
)

type gameAnswer struct {
	ID        string   `json:"id"`
	Mode      string   `json:"game_mode"`
	Players   []string `json:"players"`
	Playing   bool     `json:"playing"`
	Turn      string   `json:"turn"`
	Started   bool     `json:"started"`
	Over      bool     `json:"over"`
	Power     string   `json:"power"`
	Completed []struct {
		Player   string   `json:"player"`
		Result   string   `json:"result"`
		Duration *float64 `json:"duration"`
		Reward   int64    `json:"reward"`
	} `json:"completed"`
}

func (a *app) createGame(mode string) (g gameAnswer, err error) {
	if err = a.post("/v1/games", object(map[string]any{"game_mode": mode}), &g, http.StatusCreated); err == nil {
		a.truth.gameCreated(mode)
	}
	return g, err
}

// at sends a request about a game. There may be no such game any more, or it
// may not be the time for this, when strangers sit at the table: that is not
// an error, and reports false.
func (a *app) at(g *gameAnswer, what string, in any) (done bool, err error) {
	var answer gameAnswer
	status, err := a.call(http.MethodPost, "/v1/games/"+g.ID+"/"+what, in, &answer,
		http.StatusOK, http.StatusNotFound, http.StatusConflict)
	if err != nil || status != http.StatusOK {
		return false, err
	}
	*g = answer
	switch what {
	case "join":
		a.truth.seated(g.Mode, 1)
	case "start":
		a.truth.gameStarted(g.Mode)
	case "play":
		a.truth.event("card_played")
	case "dutch":
		a.truth.dutchCalled(g.Mode)
	case "leave":
		if len(g.Completed) == 0 {
			a.truth.seated(g.Mode, -1)
		}
	}
	a.truth.ended(answer)
	return true, nil
}

// match plays a game from the first card to the last; an ending says how it
// ends, if not by itself.
func (p *player) match(mode string, ending ending) error {
	g, err := p.table(mode, p.guests(mode))
	if err != nil {
		return err
	}
	if ending == notStarted {
		return p.abandon(&g)
	}
	if started, err := p.me.at(&g, "start", nil); err != nil || !started {
		if err == nil { // friends found no seat, and a stranger has left
			err = p.abandon(&g)
		}
		return err
	}
	called := false
	for turns := 0; !g.Over; turns++ {
		who := p.seat(g.Turn)
		switch {
		case who == nil:
			if g, err = p.waitForStranger(g); err != nil {
				return err
			}
		case ending == abandoned && turns == 3:
			return p.abandon(&g)
		case ending == left && turns == 3:
			ending = natural
			if gone, err := who.at(&g, "leave", nil); err != nil || !gone {
				return err
			}
			if who == p.me && !g.Over { // the friends end it without its host
				return p.leaveAll(&g)
			}
		case !called && turns > 5 && p.likely(25):
			if called, err = who.at(&g, "dutch", nil); err != nil || !called {
				return err
			}
		default:
			if there, err := p.turn(who, &g); err != nil || !there {
				return err
			}
		}
	}
	return nil
}

// ending is how a game ends.
type ending int

const (
	natural    ending = iota
	notStarted        // the host closes the table before the cards are dealt
	abandoned         // the host closes it in the middle
	left              // somebody leaves in the middle
)

// guests is how many friends come along.
func (p *player) guests(mode string) int {
	switch mode {
	case "practice":
		return 0
	case "tournament":
		return 2 + p.random.IntN(2)
	}
	return 1 + p.random.IntN(3)
}

func (p *player) table(mode string, guests int) (g gameAnswer, err error) {
	if g, err = p.me.createGame(mode); err != nil {
		return g, err
	}
	for _, friend := range p.friends[:guests] {
		if _, err := friend.at(&g, "join", nil); err != nil { // a stranger may have the last seat
			return g, err
		}
	}
	return g, nil
}

func (p *player) abandon(g *gameAnswer) error {
	_, err := p.me.at(g, "abandon", nil)
	return err
}

// leaveAll has the friends leave, one after the other.
func (p *player) leaveAll(g *gameAnswer) error {
	for _, id := range g.Players {
		if who := p.seat(id); who != nil && !g.Over {
			if _, err := who.at(g, "leave", nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// seat is which of the player's own sits there; nil for a stranger.
func (p *player) seat(id string) *app {
	for _, a := range append([]*app{p.me}, p.friends...) {
		if a.id == id {
			return a
		}
	}
	return nil
}

// turn plays a card and mostly uses its power.
func (p *player) turn(who *app, g *gameAnswer) (there bool, err error) {
	card := -1
	if p.likely(60) {
		card = 0 // the one that everybody has
	}
	if there, err = who.at(g, "play", map[string]any{"card": card}); err != nil || !there || g.Power == "" || p.likely(10) {
		return there, err
	}
	kind := g.Power
	if p.likely(20) {
		kind = "" // as old apps do
	}
	if there, err = who.at(g, "special", object(map[string]any{"card": 0, "card_type": kind})); err == nil && there {
		who.truth.specialCardUsed(kind)
	}
	return there, err
}

// waitForStranger waits until a stranger, who only comes to leave, has left.
func (p *player) waitForStranger(g gameAnswer) (gameAnswer, error) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	timeout := time.After(requestTimeout)
	for {
		var now gameAnswer
		status, err := p.me.call(http.MethodGet, "/v1/games/"+g.ID, nil, &now, http.StatusOK, http.StatusNotFound)
		switch {
		case err != nil:
			return g, err
		case status == http.StatusNotFound: // who left was answered how it ended
			g.Over = true
			return g, nil
		case now.Turn != g.Turn:
			return now, nil
		}
		select {
		case <-tick.C:
		case <-timeout:
			return g, fmt.Errorf("a stranger keeps game %s waiting", g.ID)
		}
	}
}

// visit sits down at a table that somebody else has opened, and leaves again.
func (p *player) visit() error {
	var open struct{ Games []gameAnswer }
	if _, err := p.me.call(http.MethodGet, "/v1/games", nil, &open, http.StatusOK); err != nil {
		return err
	}
	for _, g := range open.Games {
		if g.Mode == "practice" {
			continue
		}
		joined, err := p.me.at(&g, "join", nil)
		if err != nil {
			return err
		}
		if joined {
			_, err := p.me.at(&g, "leave", nil)
			return err
		}
	}
	return nil
}
