// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"context"
	"errors"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
)

// producer holds the client that deliveries share. A client that was refused a producer id never asks for one again, so a new
// client takes its place.
type producer struct {
	open func() (*client, error)

	mu      sync.Mutex // guards what follows, and the clients' counts
	current *shared
	closed  bool
}

// shared is a client and its users.
type shared struct {
	*client
	users    int
	replaced bool // its last user closes it
}

func newProducer(open func() (*client, error)) (*producer, error) {
	first, err := open()
	if err != nil {
		return nil, err
	}
	return &producer{open: open, current: &shared{client: first}}, nil
}

// enter returns the client to use until leave.
func (p *producer) enter() *shared {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current.users++
	return p.current
}

func (p *producer) leave(s *shared) {
	p.mu.Lock()
	s.users--
	last := s.replaced && s.users == 0
	p.mu.Unlock()
	if last {
		s.Close()
	}
}

// replace has later deliveries use a new client.
func (p *producer) replace(s *shared) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || s.replaced {
		return nil
	}
	next, err := p.open()
	if err != nil {
		return err
	}
	s.replaced = true
	p.current = &shared{client: next}
	return nil
}

func (p *producer) close() {
	p.mu.Lock()
	p.closed = true
	current := p.current
	p.mu.Unlock()
	current.Close()
}

// identify asks for the client's producer id, unless it has one. The client would ask by itself, with the context of any record, whose
// end fails the records of others, too. It reports whether brokers have refused an id for good.
func (c *client) identify(ctx context.Context) (refused bool, err error) {
	var answer *kerr.Error
	_, _, err = c.ProducerID(ctx)
	return errors.As(err, &answer) && !answer.Retriable, err
}
