// SPDX-License-Identifier: Apache-2.0

package players

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// player is somebody who plays, with the friends that they bring to a table.
// It is used by one goroutine.
type player struct {
	random *rand.Rand
	web    *http.Client
	url    string
	seed   uint64
	number int
	pause  time.Duration
	made   int // how many e-mail addresses there are already
	truth  Truth

	me      *app   // logged in to an account with a password
	friends []*app // guests
}

func newPlayer(web *http.Client, url string, seed uint64, number int) *player {
	return &player{
		random: rand.New(rand.NewPCG(seed, uint64(number))), web: web, url: url,
		seed: seed, number: number, truth: newTruth(),
	}
}

// play does everything that there is to do once, beginning with another thing
// than the player before, and then whatever comes to mind.
func (p *player) play(ctx context.Context) error {
	if err := p.begin(); err != nil {
		return err
	}
	actions := p.actions()
	for i := 0; ctx.Err() == nil; i++ {
		next := (p.number + i) % len(actions)
		if i >= len(actions) {
			next = p.random.IntN(len(actions))
		}
		if err := actions[next](); err != nil {
			return err
		}
		p.think(ctx)
	}
	return nil
}

// think returns after the player's pause, or when ctx ends.
func (p *player) think(ctx context.Context) {
	if p.pause == 0 {
		return
	}
	select {
	case <-time.After(p.pause):
	case <-ctx.Done():
	}
}

// begin makes the player's account, and three friends'.
func (p *player) begin() error {
	p.me = p.app()
	if err := p.me.register(p.email(""), "email", p.pick("", "normal", "premium")); err != nil {
		return err
	}
	if err := p.me.logIn("email"); err != nil {
		return err
	}
	for range 3 {
		friend := p.app()
		if err := friend.registerGuest(); err != nil {
			return err
		}
		p.friends = append(p.friends, friend)
	}
	return nil
}

func (p *player) app() *app {
	return &app{web: p.web, url: p.url, platform: p.pick("", "android", "ios", "web"), truth: &p.truth}
}

// email returns an address that nobody has registered yet.
func (p *player) email(domain string) string {
	p.made++
	return fmt.Sprintf("player-%d-%d-%x@%s", p.number, p.made, p.seed, or(domain, "players.example"))
}

// phone returns a number that nobody has registered yet.
func (p *player) phone() string {
	p.made++
	return fmt.Sprintf("+49%04d%04d%05d", p.seed%10_000, p.number%10_000, p.made%100_000)
}

func (p *player) pick(values ...string) string { return values[p.random.IntN(len(values))] }

// likely is true in so many of a hundred cases.
func (p *player) likely(percent int) bool { return p.random.IntN(100) < percent }
