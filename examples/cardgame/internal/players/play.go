// SPDX-License-Identifier: Apache-2.0

package players

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Options say who plays.
type Options struct {
	Players int
	// For is how long they play; each then finishes what it has begun. Zero: until ctx ends.
	For time.Duration
	// Pause is how long each thinks before every action; zero plays as fast as the service answers.
	Pause time.Duration
	// Seed decides what each player does. Players with the same seed use the same e-mail addresses: one
	// service can be played against with it once.
	Seed uint64
}

// WithSeed returns the options with a random seed, if they have none.
func (o Options) WithSeed() Options {
	for o.Seed == 0 {
		o.Seed = rand.Uint64N(1 << 53) // JSON's readers know such numbers exactly
	}
	return o
}

// requestTimeout bounds a request, with room for a machine that is busy.
const requestTimeout = 30 * time.Second

// Play has players play against the service at url until o.For has passed or
// ctx ends. It returns what they counted, also with an error: that a request
// failed or was not answered as the API's documentation says. A player whose
// request fails stops.
func Play(ctx context.Context, url string, o Options) (Truth, error) {
	if o.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.For)
		defer cancel()
	}
	transport := &http.Transport{MaxIdleConnsPerHost: o.Players}
	defer transport.CloseIdleConnections()
	web := &http.Client{Transport: transport, Timeout: requestTimeout}

	all, errs := make([]*player, o.Players), make([]error, o.Players)
	var playing sync.WaitGroup
	for i := range all {
		all[i] = newPlayer(web, url, o.Seed, i)
		all[i].pause = o.Pause
		playing.Go(func() {
			if err := all[i].play(ctx); err != nil {
				errs[i] = fmt.Errorf("player %d: %w", i, err)
			}
		})
	}
	playing.Wait()
	truth := newTruth()
	for _, p := range all {
		truth.merge(p.truth)
	}
	return truth, errors.Join(errs...)
}
