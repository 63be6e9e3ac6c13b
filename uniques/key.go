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

// key is what values are hashed with. Until it is known, events are delivered all the same: the lease stays where they begin, and
// a mark has them counted afterwards.
type key struct {
	from   func(context.Context) ([]byte, error)
	turn   chan struct{}                 // of one; held while the key is asked for
	hasher atomic.Pointer[sketch.Hasher] // nil until the key is known
	failed atomic.Int64                  // when it was asked for in vain, in milliseconds since 1970; 0: never
}

func (k *key) init(c Config) {
	k.from, k.turn = c.KeyFrom, make(chan struct{}, 1)
	if k.from == nil {
		k.hasher.Store(sketch.NewHasher(c.Key))
	}
}

// learnKey asks for the key, unless it is known.
func (u *Counter) learnKey(ctx context.Context) (*sketch.Hasher, error) {
	k := &u.key
	if h := k.hasher.Load(); h != nil {
		return h, nil
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if h := k.hasher.Load(); h != nil {
		return h, nil
	}
	asking, cancel := context.WithTimeout(ctx, keyTimeout)
	defer cancel()
	bytes, err := k.from(asking)
	if err == nil && len(bytes) < MinKey {
		err = fmt.Errorf("Config.KeyFrom has returned %d bytes; a key has at least %d", len(bytes), MinKey)
	}
	if err != nil {
		k.failed.Store(time.Now().UnixMilli())
		err = fmt.Errorf("uniques: the key is not known: %w", err)
		u.note(errKey, err)
		return nil, err
	}
	h := sketch.NewHasher(bytes)
	k.hasher.Store(h)
	return h, nil
}

// awaitKey asks for the key before a delivery, but not soon after that was in vain.
func (u *Counter) awaitKey(ctx context.Context) {
	if at := u.key.failed.Load(); at != 0 && time.Since(time.UnixMilli(at)) < u.config.pace.lease {
		return
	}
	_, _ = u.learnKey(ctx) // which has noted the error: events do not wait for the key
}

// keyID names the key, which is known.
func (u *Counter) keyID() sketch.KeyID { return u.key.hasher.Load().ID() }
