// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"fmt"
	"time"
)

// delivery is one call of the sink, in a goroutine of its own, and its answer.
type delivery struct {
	parcel *parcel
	fresh  bool   // the parcel was, when it was sent
	taken  uint64 // what the sink had taken, when it was sent

	suppressed []*pending // taken out of the parcel
	refused    []*pending // the same: they have a Refusal, and no sink is asked
	verdicts   []Verdict
	err        error
	fault      fault
	reachable  bool // the sink answered a ping after it had failed; false when nobody asked
	took       time.Duration
}

const (
	// suspicious is after how many broken connections or timeouts in a row, with a sink that answers a ping, the documents
	// are thought to be the cause.
	suspicious = 2
	// unluckyAfter is after how many deliveries in a row for which the sink said that it was out, while it took others, a
	// parcel is split.
	unluckyAfter = 4
	// parts is into how many parts a parcel is split: they are delivered at the same time.
	parts = 4
	// brokenParts is the same for one that breaks the connection.
	brokenParts = 64
	// maxAttempts is how often a document is offered to a sink that answers and does not take it.
	maxAttempts = 10
)

// deliver offers the parcel's events to the sink once.
func (o *outlet) deliver(ctx context.Context, d *delivery) {
	if !o.store.suppression.admit(ctx, d) {
		return
	}
	p := d.parcel
	if p.events, d.refused = withoutRefusals(p.events); len(p.events) == 0 {
		return
	}
	p.offered = p.offered[:0]
	for _, e := range p.events {
		p.offered = append(p.offered, e.Event)
	}
	started := time.Now()
	d.verdicts, d.err = o.sink.Deliver(ctx, p.offered) // which is guarded
	d.took = time.Since(started)
	o.askLimit()
	if len(d.verdicts) > len(p.events) {
		d.err = &DeliveryError{Kind: "write", Err: fmt.Errorf("%d verdicts about %d events", len(d.verdicts), len(p.events))}
		d.verdicts = nil
	}
	if d.err == nil {
		return
	}
	d.fault = faultOf(d.err)
	breaks := d.fault.blame == BlameConnection && (p.suspected || p.breaks+1 >= suspicious)
	late := d.fault.isTimeout() && p.timeouts+1 >= suspicious
	d.reachable = (breaks || late) && ctx.Err() == nil && o.reachable(ctx)
}

func (f *fault) isTimeout() bool { return f.blame == BlameSink && f.kind == "timeout" }

// reachablePatience bounds the ping of reachable; a sink may take less.
const reachablePatience = 30 * time.Second

// reachable reports whether the sink answers something else than the delivery.
func (o *outlet) reachable(ctx context.Context) bool {
	p, ok := o.sink.(Pinger)
	if !ok {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, reachablePatience)
	defer cancel()
	return p.Ping(ctx) == nil
}
