// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// errBroken: the connection broke before the stream had answered.
var errBroken = errors.New("the connection broke while events were under way")

// publishing is one delivery. One goroutine publishes, and another one receives the answers.
type publishing struct {
	sink   *Sink
	conn   *nats.Conn
	number uint64 // among the deliveries of the connection

	mu       sync.Mutex // guards what follows
	verdicts []eventstore.Verdict
	waits    []bool // the event is published and not answered
	waiting  int    // how many are
	enough   int    // at how many the publisher wants to be woken; -1: it does not wait
	err      error  // the first that is about the stream
	tooLarge bool   // the stream refused an event for its size

	wake chan struct{} // has one element when waiting is enough, or the connection broke
}

func newPublishing(s *Sink, conn *nats.Conn, events int) *publishing {
	return &publishing{
		sink: s, conn: conn, verdicts: make([]eventstore.Verdict, events), waits: make([]bool, events), enough: -1, wake: make(chan struct{}, 1),
	}
}

// run publishes the events and waits for the answers. The error is the first that is about the stream. No event is published after
// it, and the answers that are under way are waited for.
func (p *publishing) run(ctx context.Context, a *answers, events []eventstore.Event) error {
	reply := append(make([]byte, 0, 64), a.add(p)...)
	defer a.remove(p)
	begin := len(reply)
	id := []string{""}
	m := nats.Msg{Header: nats.Header{"Nats-Msg-Id": id}} // which the client does not keep
	subject, of := "", ""
	for i := range events {
		e := &events[i]
		if subject == "" || of != e.Type {
			subject, of = p.sink.config.Subjects+"."+Token(e.Type), e.Type
		}
		reply = strconv.AppendInt(reply[:begin], int64(i), 10)
		id[0] = uuid.UUID(e.ID).String()
		m.Subject, m.Reply, m.Data = subject, string(reply), e.Document
		if !p.goesOn(ctx, i) || !p.publish(&m, i) {
			break
		}
	}
	p.until(ctx, 0)
	return p.end(ctx)
}

// goesOn waits while as much is under way as may be, and reports whether the event i is to be published. It is under way then.
func (p *publishing) goesOn(ctx context.Context, i int) bool {
	p.mu.Lock()
	full := p.waiting >= p.sink.config.InFlight
	p.mu.Unlock()
	if full { // then until there is room for several, so that each answer does not wake this goroutine
		p.until(ctx, p.sink.config.InFlight/2)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil || ctx.Err() != nil {
		return false
	}
	p.waits[i] = true
	p.waiting++
	return true
}

// publish sends one event, and reports whether others are to follow. A document that the server would not take is refused without asking it.
func (p *publishing) publish(m *nats.Msg, i int) bool {
	err := p.conn.PublishMsg(m)
	if err == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v, err := verdictOf(err)
	if v.Outcome == eventstore.Refused {
		v.Message = fmt.Sprintf("the document has %d bytes; the server takes %d in a message, headers included (max_payload)", len(m.Data), p.conn.MaxPayload())
	}
	p.settle(i, v, err)
	return err == nil
}

// until waits until no more than enough events are under way, as long as ctx allows and the connection lasts.
func (p *publishing) until(ctx context.Context, enough int) {
	for {
		p.mu.Lock()
		done := p.waiting <= enough
		p.enough = enough
		if done {
			p.enough = -1
		}
		p.mu.Unlock()
		if done {
			return
		}
		select {
		case <-p.wake:
		case <-ctx.Done():
			return
		}
	}
}

// end returns the error of the delivery. Answers that come later change nothing.
func (p *publishing) end(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil && p.waiting > 0 {
		p.err = ctx.Err()
	}
	clear(p.waits)
	p.waiting = 0
	return p.err
}

// receive takes the answer to the event i.
func (p *publishing) receive(i int, m *nats.Msg) {
	v, err := p.sink.answer(m)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle(i, v, err)
}

// settle notes what has become of the event i. p.mu is held.
func (p *publishing) settle(i int, v eventstore.Verdict, err error) {
	if i < 0 || i >= len(p.waits) || !p.waits[i] {
		return
	}
	p.waits[i] = false
	p.waiting--
	p.verdicts[i] = v
	p.tooLarge = p.tooLarge || v.Outcome == eventstore.Refused
	if p.err == nil {
		p.err = err
	}
	if p.waiting <= p.enough {
		p.rouse()
	}
}

// broken ends the wait for answers: those to what is under way went with the connection.
func (p *publishing) broken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == 0 {
		return
	}
	clear(p.waits)
	p.waiting = 0
	if p.err == nil {
		p.err = errBroken
	}
	p.rouse()
}

func (p *publishing) rouse() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
