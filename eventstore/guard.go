// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// guarded calls a sink, which is anybody's. A panic in it, a goroutine that it ends, and an error whose text cannot be read
// become errors. What it gives to count, a verdict's reason and an error's kind, is bounded.
type guarded struct {
	sink           Sink
	limit          atomic.Int64 // bytes of the largest document that it takes; 0: it has no limit
	reasons, kinds labels
}

// guardedPinger is guarded for a sink that is a [Pinger].
type guardedPinger struct {
	guarded
	pinger  Pinger
	pinging atomic.Int32
}

// guard returns a sink that is a Preparer, a SizeLimiter and a Closer, and a Pinger when the sink is one. One that is guarded
// stays as it is.
func guard(sink Sink) Sink {
	switch s := sink.(type) {
	case *guarded, *guardedPinger:
		return s
	case Pinger:
		g := &guardedPinger{guarded: guarded{sink: sink}, pinger: s}
		g.askLimit()
		return g
	default:
		g := &guarded{sink: sink}
		g.askLimit()
		return g
	}
}

// askLimit asks the sink for its limit, and reports whether it can have one. When it panics, the limit stays.
func (g *guarded) askLimit() (limits bool) {
	l, ok := g.sink.(SizeLimiter)
	if ok {
		<-isolated("MaxEventBytes of the sink", func() error { g.limit.Store(int64(l.MaxEventBytes())); return nil })
	}
	return ok
}

func (g *guarded) unwrap() Sink { return g.sink }

// unguarded returns the sink that a guard calls.
func unguarded(sink Sink) Sink {
	if g, ok := sink.(interface{ unwrap() Sink }); ok {
		return g.unwrap()
	}
	return sink
}

func (g *guarded) MaxEventBytes() int { return int(g.limit.Load()) }

func (g *guarded) Deliver(ctx context.Context, events []Event) (verdicts []Verdict, err error) {
	failed := <-isolated("the sink", func() error {
		v, e := g.sink.Deliver(ctx, events)
		verdicts, err = g.boundedVerdicts(v), g.boundedError(readable(e))
		return nil
	})
	if failed != nil {
		return nil, failed
	}
	return verdicts, err
}

func (g *guarded) Prepare(ctx context.Context) error {
	p, ok := g.sink.(Preparer)
	if !ok {
		return nil
	}
	return <-isolated("Prepare of the sink", func() error { return g.boundedError(readable(p.Prepare(ctx))) })
}

func (g *guarded) Close(ctx context.Context) error {
	c, ok := g.sink.(Closer)
	if !ok {
		return nil
	}
	return within(ctx, isolated("Close of the sink", func() error { return readable(c.Close(ctx)) }))
}

// boundedVerdicts returns the verdicts with reasons that can be counted. The sink's slice is not changed.
func (g *guarded) boundedVerdicts(verdicts []Verdict) []Verdict {
	copied := false
	for i := range verdicts {
		v := &verdicts[i]
		if v.Outcome != Refused && v.Outcome != Doubtful {
			continue
		}
		reason := g.reasons.bounded(v.reason())
		if reason == v.reason() {
			continue
		}
		if !copied {
			verdicts, copied = slices.Clone(verdicts), true
		}
		verdicts[i].Reason = reason
	}
	return verdicts
}

// boundedError returns err, or one of the same text around it with a kind and a reason that can be counted.
func (g *guarded) boundedError(err error) error {
	var d *DeliveryError
	if !errors.As(err, &d) {
		return err
	}
	f := faultOf(err)
	kind := g.kinds.bounded(f.kind)
	reason := "refused_" + kind
	if d.Reason != "" {
		reason = d.Reason
	}
	if f.blame != BlameSink { // else no event is quarantined for it
		reason = g.reasons.bounded(reason)
	}
	if kind == f.kind && reason == f.reason {
		return err
	}
	return &DeliveryError{Kind: kind, Blame: f.blame, Reason: reason, Detail: f.message, Err: err}
}

// maxPings bounds the pings that do not return.
const maxPings = 10

var errPings = errors.New("earlier pings of the sink have not returned")

func (g *guardedPinger) Ping(ctx context.Context) error {
	if g.pinging.Add(1) > maxPings {
		g.pinging.Add(-1)
		return errPings
	}
	return within(ctx, isolated("Ping of the sink", func() error {
		defer g.pinging.Add(-1)
		return readable(g.pinger.Ping(ctx))
	}))
}

// isolated calls f in a goroutine of its own, and sends its error, or that it panicked or ended the goroutine.
func isolated(what string, f func() error) <-chan error {
	result := make(chan error, 1)
	go func() {
		err := error(&DeliveryError{Kind: "panic", Blame: BlameUnknown, Err: fmt.Errorf("%s ended its goroutine", what)})
		defer func() {
			if r := recover(); r != nil {
				err = &DeliveryError{Kind: "panic", Blame: BlameUnknown, Detail: fmt.Sprint(r), Err: fmt.Errorf("%s panicked", what)}
			}
			result <- err
		}()
		err = f()
	}()
	return result
}

// returnPatience is how long a Ping or a Close may take to return after its context has ended. It is then left behind.
const returnPatience = 100 * time.Millisecond

func within(ctx context.Context, result <-chan error) error {
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(returnPatience)
	defer timer.Stop()
	select {
	case err := <-result:
		return err
	case <-timer.C:
		return ctx.Err()
	}
}

// readable returns err, or another error when its text cannot be read, as that of a nil pointer to an error's type.
func readable(err error) (out error) {
	if err == nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			out = &DeliveryError{Kind: "panic", Err: errors.New("the sink returned an error whose text cannot be read; is it a nil pointer?")}
		}
	}()
	_, _ = err.Error(), faultOf(err)
	return err
}
