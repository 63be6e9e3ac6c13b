// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"

	"github.com/twmb/franz-go/pkg/kgo"
)

// alone publishes records that no other shares a batch with. Its client is made when it is first needed.
type alone struct {
	open   func() (*client, error)
	turn   chan struct{} // holds one element while nobody publishes
	client *client       // guarded by turn
	closed bool          // likewise
}

func newAlone(open func() (*client, error)) *alone {
	a := &alone{open: open, turn: make(chan struct{}, 1)}
	a.turn <- struct{}{}
	return a
}

func (a *alone) produce(ctx context.Context, r *kgo.Record) error {
	select {
	case <-a.turn:
		defer func() { a.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if a.closed {
		return ErrClosed
	}
	if a.client == nil {
		var err error
		if a.client, err = a.open(); err != nil {
			return err
		}
	}
	if refused, err := a.client.identify(ctx); err != nil {
		if refused {
			a.drop()
		}
		return err
	}
	answer := make(chan error, 1)
	a.client.Produce(ctx, r, func(_ *kgo.Record, err error) { answer <- err })
	select {
	case err := <-answer:
		if isMissing(err) { // the client would know no other topic of this name
			a.drop()
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drop has the next record open another client.
func (a *alone) drop() {
	a.client.Close()
	a.client = nil
}

func (a *alone) close() {
	<-a.turn
	defer func() { a.turn <- struct{}{} }()
	a.closed = true
	if a.client != nil {
		a.client.Close()
	}
}
