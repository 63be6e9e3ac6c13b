// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
)

// keyTimeout bounds one attempt to learn the key.
const keyTimeout = 10 * time.Second

// key is the key of the hashes of values. Until it is known, events are still delivered. The lease stays where these
// events begin, and a mark makes an instance count them afterwards.
type key struct {
	from     func(context.Context) ([]byte, error)
	hasher   atomic.Pointer[sketch.Hasher] // nil until the key is known
	attempts atomic.Int64                  // to learn it

	turn chan struct{} // of one; held while the key is asked for
	err  error         // of the latest attempt; guarded by turn
}

func (k *key) init(c Config) {
	k.from, k.turn = c.KeyFrom, make(chan struct{}, 1)
	if k.from == nil {
		k.hasher.Store(sketch.NewHasher(c.Key))
	}
}

// learnKey asks for the key, unless it is known. A caller that waited for another caller's attempt gets its result.
func (u *Counter) learnKey(ctx context.Context) (*sketch.Hasher, error) {
	k := &u.key
	if h := k.hasher.Load(); h != nil {
		return h, nil
	}
	before := k.attempts.Load()
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if k.attempts.Load() == before {
		k.err = k.ask(ctx)
		k.attempts.Add(1)
		u.note(errKey, k.err)
	}
	return k.hasher.Load(), k.err
}

// ask is one attempt.
func (k *key) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, keyTimeout)
	defer cancel()
	bytes, err := k.from(ctx)
	if err == nil && len(bytes) < MinKey {
		err = fmt.Errorf("Config.KeyFrom has returned %d bytes; a key has at least %d", len(bytes), MinKey)
	}
	if err != nil {
		return fmt.Errorf("uniques: the key is not known: %w", err)
	}
	k.hasher.Store(sketch.NewHasher(bytes))
	return nil
}

// awaitKey waits before a delivery for the first attempt to learn the key. The background makes later attempts: events
// do not wait for them.
func (u *Counter) awaitKey(ctx context.Context) {
	if u.key.attempts.Load() == 0 {
		_, _ = u.learnKey(ctx) // which has noted the error
	}
}

// keyID names the key, which is known.
func (u *Counter) keyID() sketch.KeyID { return u.key.hasher.Load().ID() }
