// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Deliver publishes the events, up to InFlight at a time. It returns when the stream has answered for each event, within
// WriteTimeout.
func (s *Sink) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	conn, js, err := s.connection.get(ctx)
	if err == nil {
		if err = s.stream.ensure(ctx, js); isSilence(err) && ctx.Err() == nil {
			s.connection.elsewhere()
		}
	}
	var a *answers
	if err == nil {
		a, err = s.connection.answersOf(conn)
	}
	if err != nil {
		return nil, s.connection.failure(err)
	}
	p := newPublishing(s, conn, len(events))
	waiting, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	err = p.run(waiting, a, events)
	if err == nil {
		if p.tooLarge { // for the stream, which may have been changed: what it takes now, the store asks next
			s.stream.doubt()
			_ = s.stream.ensure(ctx, js) // the next delivery has the error
		}
		return p.verdicts, nil
	}
	if kindOf(err) == kindStream {
		s.stream.doubt() // it may have been changed, or removed
	}
	if isSilence(err) && ctx.Err() == nil {
		s.connection.elsewhere()
	}
	return p.verdicts, s.connection.failure(err)
}
