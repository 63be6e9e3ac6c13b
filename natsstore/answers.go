// SPDX-License-Identifier: Apache-2.0

package natsstore

import (
	"strconv"
	"strings"
	"sync"

	"github.com/nats-io/nats.go"
)

// answers hands what the stream says about messages to the deliveries that published them. It is one subscription of a connection, whose
// messages come one after the other.
//
//	publishing ── message, reply to INBOX.7_0 ─► server
//	publishing ◄── answers ◄── INBOX.7_0 ─────── server
type answers struct {
	conn    *nats.Conn
	inbox   string // with a dot at its end
	changes chan nats.Status

	mu   sync.Mutex // guards what follows
	last uint64
	open map[uint64]*publishing
}

// newAnswers subscribes to answers on a connection. It ends with the connection.
func newAnswers(conn *nats.Conn) (*answers, error) {
	a := &answers{conn: conn, inbox: conn.NewInbox() + ".", open: make(map[uint64]*publishing), changes: conn.StatusChanged(nats.RECONNECTING, nats.CLOSED)}
	if _, err := conn.Subscribe(a.inbox+"*", a.receive); err != nil {
		conn.RemoveStatusListener(a.changes)
		return nil, err
	}
	go a.watch()
	return a, nil
}

// watch tells the deliveries that the connection broke: answers to what they published will not come.
func (a *answers) watch() {
	for status := range a.changes {
		a.mu.Lock()
		var all []*publishing
		for _, p := range a.open {
			all = append(all, p)
		}
		a.mu.Unlock()
		for _, p := range all {
			p.broken()
		}
		if status == nats.CLOSED {
			return
		}
	}
}

// add returns the beginning of the subjects at which a delivery is answered, before the number of the event.
func (a *answers) add(p *publishing) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	p.number = a.last
	a.open[p.number] = p
	return a.inbox + strconv.FormatUint(p.number, 36) + "_"
}

// remove ends a delivery: answers that come later are about events that are published again.
func (a *answers) remove(p *publishing) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.open, p.number)
}

// receive is called with one answer after the other.
func (a *answers) receive(m *nats.Msg) {
	delivery, event, ok := strings.Cut(m.Subject[min(len(a.inbox), len(m.Subject)):], "_")
	number, err := strconv.ParseUint(delivery, 36, 64)
	i, atoi := strconv.Atoi(event)
	if !ok || err != nil || atoi != nil {
		return
	}
	a.mu.Lock()
	p := a.open[number]
	a.mu.Unlock()
	if p != nil {
		p.receive(i, m)
	}
}
