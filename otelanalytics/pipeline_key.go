// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"bytes"
	"context"
	"slices"
)

// claimedKey is an idempotency key that a [run] holds, until settle.
type claimedKey struct {
	id       [16]byte
	entry    *keyEntry
	seq      uint64
	taken    bool // an event with it is encoded
	accepted bool // an event with it is accepted
}

func (r *run) keyOf(it *item) *claimedKey {
	if it.key == 0 {
		return nil
	}
	return &r.keys[it.key-1]
}

// claim takes the keys of the keyed events, in the order of their ids, so that two batches with the same keys cannot wait for
// each other. Events whose key was accepted before are duplicates, whatever their data.
func (r *run) claim(ctx context.Context) {
	for _, i := range r.keyed {
		e := &r.items[i].event
		e.ID, r.scratch.key = r.client.keyIDs.id(r.scratch.key, e, r.cfg.keySource)
	}
	if len(r.keyed) > 1 {
		slices.SortStableFunc(r.keyed, func(i, j int) int { return bytes.Compare(r.items[i].event.ID[:], r.items[j].event.ID[:]) })
	}
	for rest := r.keyed; len(rest) > 0; {
		id, n := r.items[rest[0]].event.ID, 1
		for n < len(rest) && r.items[rest[n]].event.ID == id {
			n++
		}
		r.claimOne(ctx, id, rest[:n])
		rest = rest[n:]
	}
}

// claimOne claims the key of some items.
func (r *run) claimOne(ctx context.Context, id [16]byte, items []int) {
	key, mine, err := r.client.keys.claim(ctx, id)
	if mine {
		r.keys = append(r.keys, claimedKey{id: id, entry: key})
	}
	for _, i := range items {
		it := &r.items[i]
		switch {
		case err != nil:
			it.refuse(err)
		case mine:
			it.key = len(r.keys)
		default:
			it.duplicate()
			if it.entry.stored {
				r.waits = append(r.waits, r.client.store.Await(key.seq, r.cfg.ack))
			}
		}
	}
}

// settle gives the keys back: accepted ones as such, the others free. It is deferred, so that a key is never left claimed.
func (r *run) settle() {
	v := recover()
	if v == nil && len(r.keys) == 0 {
		return
	}
	defer r.giveKeysBack()
	if v != nil {
		r.panicked(v)
	}
}

func (r *run) giveKeysBack() {
	for i := range r.keys {
		k := &r.keys[i]
		r.client.keys.settle(k.id, k.entry, k.seq, k.accepted)
	}
}
