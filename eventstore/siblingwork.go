// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/procdir"
)

// hold keeps what is adopted as it is: until release, no directory is adopted or given back, and nobody else works on what is kept
// in those that are adopted.
func (b *siblings) hold(ctx context.Context) (release func(), err error) {
	if b == nil {
		return func() {}, nil
	}
	done, err := b.takeTurn(ctx)
	if err != nil {
		return nil, err
	}
	held := []func(){done}
	release = func() {
		for i := len(held) - 1; i >= 0; i-- {
			held[i]()
		}
	}
	for _, child := range b.children() {
		done, err := child.takeUpkeep(ctx)
		if err != nil {
			release()
			return nil, err
		}
		held = append(held, done)
	}
	return release, nil
}

// eachFree adopts each directory that no process has, calls f with its store, and gives it back. The caller has the turn.
func (b *siblings) eachFree(ctx context.Context, f func(*Store) error) error {
	if b == nil {
		return nil
	}
	for _, dir := range b.free() {
		child, err := b.open(ctx, dir)
		if err == nil && child == nil {
			continue
		}
		if err == nil {
			err = f(child)
			if child.Stats().Pending == 0 {
				b.giveBack(child, err != nil)
			} else {
				b.attend(child) // else its events would be recovered twice
			}
		}
		if err != nil {
			return fmt.Errorf("%w (in %s)", err, dir)
		}
	}
	return nil
}

// others returns the directories of other processes, alive or not.
func (b *siblings) others() map[string]bool {
	others := make(map[string]bool)
	dirs, err := procdir.List(b.parent)
	if err != nil {
		b.warn(b.parent, "journal: the directories of other processes cannot be listed", err)
	}
	for _, d := range dirs {
		others[d.Path] = d.Mark == b.mark
	}
	if hasData(b.parent) {
		others[b.parent] = true
	}
	delete(others, b.store.config.Dir)
	for dir, ours := range others {
		if !ours {
			delete(others, dir)
		}
	}
	return others
}
