// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// Deliver publishes the events, up to InFlight at a time, and returns when the stream has answered about each of them, within
// WriteTimeout.
func (s *Sink) Deliver(ctx context.Context, events []eventstore.Event) ([]eventstore.Verdict, error) {
	conn, js, err := s.connection.get(ctx)
	if err == nil {
		if err = s.stream.ensure(ctx, js); isSilence(err) && ctx.Err() == nil {
			s.connection.elsewhere()
		}
	}
	if err != nil {
		return nil, s.connection.failure(err)
	}
	p := publishing{
		sink: s, conn: conn, js: js, verdicts: make([]eventstore.Verdict, len(events)), answers: make([]jetstream.PubAckFuture, len(events)),
		options: []jetstream.PublishOpt{jetstream.WithRetryAttempts(0)}, // the queue tries again; the client would after the events are gone
	}
	waiting, cancel := context.WithTimeout(ctx, s.config.WriteTimeout)
	defer cancel()
	err = p.run(waiting, events)
	if err == nil {
		return p.verdicts, nil
	}
	if errors.Is(err, jetstream.ErrNoStreamResponse) {
		s.stream.again() // it may have been removed
	}
	if isSilence(err) && ctx.Err() == nil {
		s.connection.elsewhere()
	}
	return p.verdicts, s.connection.failure(err)
}

// publishing is one delivery.
type publishing struct {
	sink     *Sink
	conn     *nats.Conn
	js       jetstream.JetStream
	options  []jetstream.PublishOpt
	verdicts []eventstore.Verdict
	answers  []jetstream.PubAckFuture // nil: the event was not published
}

// run publishes the events and waits for the answers. The error is the first that is about the stream. No event is published after
// it, and the answers that are under way are waited for.
func (p *publishing) run(ctx context.Context, events []eventstore.Event) (first error) {
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	waited := 0
	for i := range events {
		for ; i-waited >= p.sink.config.InFlight; waited++ {
			note(p.await(ctx, waited))
		}
		if first != nil || ctx.Err() != nil {
			break
		}
		note(p.publish(&events[i], i))
	}
	for ; waited < len(events); waited++ {
		note(p.await(ctx, waited))
	}
	return first
}

// publish sends one event. A document that the server would not take is refused without asking it.
func (p *publishing) publish(e *eventstore.Event, i int) (err error) {
	m := &nats.Msg{
		Subject: p.sink.config.Subjects + "." + Token(e.Type),
		Data:    e.Document,
		Header:  nats.Header{jetstream.MsgIDHeader: {uuid.UUID(e.ID).String()}},
	}
	p.answers[i], err = p.js.PublishMsgAsync(m, p.options...)
	if err == nil {
		return nil
	}
	p.verdicts[i], err = verdictOf(err)
	if v := &p.verdicts[i]; v.Outcome == eventstore.Refused {
		v.Message = fmt.Sprintf("the document has %d bytes; the server takes %d in a message, headers included (max_payload)", len(e.Document), p.conn.MaxPayload())
	}
	return err
}

// await waits for the answer to one event, as long as ctx allows.
func (p *publishing) await(ctx context.Context, i int) error {
	answer := p.answers[i]
	if answer == nil {
		return ctx.Err()
	}
	p.answers[i] = nil
	stored := answer.Ok()
	select {
	case ack := <-stored: // mostly: those behind it were published meanwhile
		return p.acknowledged(i, ack)
	default:
	}
	var err error
	select {
	case ack := <-stored:
		return p.acknowledged(i, ack)
	case err = <-answer.Err():
	case <-ctx.Done():
		return ctx.Err()
	}
	p.verdicts[i], err = verdictOf(err)
	return err
}

// acknowledged notes that a stream has an event. Another stream that takes the subject, too, answers only when this one does not.
func (p *publishing) acknowledged(i int, ack *jetstream.PubAck) error {
	if want := p.sink.config.Stream; ack.Stream != want {
		return fmt.Errorf("%w: the stream %s took an event in place of %s", ErrStream, ack.Stream, want)
	}
	p.verdicts[i].Outcome = eventstore.Stored
	if ack.Duplicate {
		p.verdicts[i].Outcome = eventstore.Redelivered
	}
	return nil
}
