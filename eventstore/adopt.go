// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/procdir"
)

// openBeside opens a store in a directory of its own below a parent: in one that a dead process left, or in a new one.
func openBeside(ctx context.Context, sink Sink, c Config, parent string) (*Store, error) {
	destination := nameOf(sink)
	if d, ok := sink.(Destined); ok {
		destination = d.Destination()
	}
	c.removable = true
	for i := range c.Consumers {
		c.Consumers[i].Consume = oneByOne(c.Consumers[i].Consume)
	}
	b := newSiblings(parent, procdir.Mark(destination))
	s, err := b.claim(ctx, func(dir string) (*Store, error) {
		c := c
		c.Dir = dir
		return start(ctx, sink, c)
	})
	if err != nil {
		b.cancel()
		return nil, err
	}
	b.store, s.siblings = s, b
	b.start()
	return s, nil
}

// oneByOne returns a function of a [Consumer] of which one call is under way at a time, whichever directory it is about.
func oneByOne(consume func(context.Context, []ConsumedEvent) error) func(context.Context, []ConsumedEvent) error {
	turn := make(chan struct{}, 1)
	return func(ctx context.Context, events []ConsumedEvent) error {
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		defer func() { <-turn }()
		return consume(ctx, events)
	}
}

// claimAttempts is how many new directories are tried: another process may take one for that of a dead process.
const claimAttempts = 10

// claim opens the directory of a dead process, or a new one.
func (b *siblings) claim(ctx context.Context, open func(dir string) (*Store, error)) (*Store, error) {
	var passed []error
	tell := func(s *Store) {
		for _, err := range passed {
			s.log.journal.Warn("journal: the directory of a dead process cannot be opened, and is skipped", slog.Any("error", err))
		}
	}
	for _, dir := range b.free() {
		if dir == b.parent {
			continue // it is adopted later: a directory of one's own has a name of its own
		}
		s, err := open(dir)
		switch {
		case err == nil:
			tell(s)
			return s, nil
		case ctx.Err() != nil:
			return nil, err
		case !othersHave(err):
			passed = append(passed, err)
		}
	}
	var s *Store
	var err error
	for range claimAttempts {
		s, err = open(filepath.Join(b.parent, procdir.NewName(b.mark, time.Now())))
		if err == nil {
			tell(s)
		}
		if err == nil || !othersHave(err) {
			break
		}
	}
	return s, err
}

// othersHave reports whether an error of opening a directory says that another process has it, or has removed it.
func othersHave(err error) bool { return errors.Is(err, ErrInUse) || errors.Is(err, fs.ErrNotExist) }

// open opens the directory of a dead process. The caller has the turn. It returns nil when another process has it or has removed
// it.
func (b *siblings) open(ctx context.Context, dir string) (*Store, error) {
	s := b.store
	c := s.config
	c.Dir, c.OnInsertAttempt, c.removable = dir, nil, dir != b.parent
	c.Logger = c.Logger.With(slog.String("adopted", filepath.Base(dir)))
	child := newStore(s.sink, s.name, c)
	child.adopter = s
	child.OnInsertAttempt(func(a InsertAttempt) { s.listeners.tell("attempts to deliver", a) })
	child, err := child.start(ctx)
	if othersHave(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.adopted = append(b.adopted, child)
	return child, nil
}

// attend has an adopted directory tended in the background.
func (b *siblings) attend(child *Store) {
	b.tended.Go(func() { b.tend(b.ctx, child) })
}

// tend gives an adopted directory back once all in it is delivered.
func (b *siblings) tend(ctx context.Context, child *Store) {
	if child.Flush(ctx) != nil {
		return // the process ends, and its Shutdown ends the child
	}
	bounded, cancel := context.WithTimeout(ctx, consumerPatience)
	defer cancel()
	late := errors.Join(child.FlushSinks(bounded), child.FlushConsumers(bounded))
	if ctx.Err() != nil {
		return // the same, and Shutdown tells what is left
	}
	done, err := b.takeTurn(ctx)
	if err != nil {
		return
	}
	defer b.wake.send()
	defer done()
	b.giveBack(child, late != nil)
}

// giveBack closes an adopted directory and keeps its counts. The caller has the turn.
func (b *siblings) giveBack(child *Store, late bool) {
	ctx, cancel := context.WithTimeout(context.Background(), giveBackTimeout)
	defer cancel()
	_ = child.shutDown(ctx, true) // what is pending is counted as such below, and an error of the disk is told by the journal
	until := time.Time{}
	if late {
		until = time.Now().Add(adoptAgain)
	}
	b.pass(child.config.Dir, until)
	b.forget(child)
}

// giveBackTimeout bounds how long the closing of a directory takes in which nothing is pending.
const giveBackTimeout = 30 * time.Second

// forget replaces a child that is closed with its counts.
func (b *siblings) forget(child *Store) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.adopted, child); i >= 0 {
		b.adopted = slices.Delete(b.adopted, i, i+1)
		b.given.add(child.Stats().closed())
	}
}

// all is children, of what may be nil.
func (b *siblings) all() []*Store {
	if b == nil {
		return nil
	}
	return b.children()
}

// children returns the stores of the directories that are adopted.
func (b *siblings) children() []*Store {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.adopted)
}

// flush waits until everything in the directories that are adopted is delivered.
func (b *siblings) flush(ctx context.Context) error {
	for _, child := range b.all() {
		if err := child.Flush(ctx); err != nil && !errors.Is(err, ErrClosed) {
			return fmt.Errorf("of another process: %w", err)
		}
	}
	return nil
}

// leftBehind reports, after shutdown, whether a child has left a call of Deliver of a sink behind.
func (b *siblings) leftBehind(key string) bool {
	return slices.ContainsFunc(b.all(), func(child *Store) bool {
		return slices.ContainsFunc(child.outlets(), func(o *outlet) bool { return o.key == key && o.leftBehind })
	})
}

// rest ends what was adopted while shutdown was under way, and waits for those who tend. The caller has the upkeep.
func (b *siblings) rest(ctx context.Context) {
	if b != nil {
		b.shutdown(ctx)()
		b.tended.Wait()
	}
}

// shutdown ends the children at the same time, once no directory is adopted any more. It returns what waits for that.
func (b *siblings) shutdown(ctx context.Context) (wait func()) {
	if b == nil {
		return func() {}
	}
	var group sync.WaitGroup
	for _, child := range b.children() {
		group.Go(func() { _ = child.Shutdown(ctx) })
	}
	return group.Wait
}
