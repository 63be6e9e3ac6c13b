// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"context"

	"golang.org/x/sync/semaphore"
)

const (
	// decodedCost is how many bytes a byte of a body may become while it is decoded and tracked: small events cost most.
	decodedCost = 16
	// decodedShare is the part of MaxBytesInFlight that bodies which are decoded may cost at once.
	decodedShare = 6
)

// turns lets so many bodies be decoded at once that what they become stays bounded. Bodies that wait hold their own bytes alone.
type turns struct {
	of  *semaphore.Weighted
	all int64
}

func newTurns(maxInFlight int64) turns {
	all := max(maxInFlight/decodedShare, 1)
	return turns{semaphore.NewWeighted(all), all}
}

// turn waits until a body of so many bytes may be decoded, for as long as a body may take to arrive. A large body has a turn alone.
func (h *Handler) turn(ctx context.Context, b *body, size int64) error {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.BodyTimeout)
	defer cancel()
	cost := min(decodedCost*max(size, int64(len(b.data))), h.turns.all)
	if h.turns.of.Acquire(ctx, cost) != nil {
		return errBusy
	}
	b.decoded = func() { h.turns.of.Release(cost) }
	return nil
}
