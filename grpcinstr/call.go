// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"
	"sync/atomic"
	"time"
)

// call is one call. It is the context of its handler, and the data that are recorded: one allocation for both.
//
// A stream sends and receives in goroutines of its own, and an interceptor may abandon a handler. So all that changes
// before the end is safe for concurrent use.
type call struct {
	context.Context
	of *Instrumentation

	arrived time.Time
	begun   atomic.Bool                     // a handler has the call
	ended   atomic.Bool                     // it was recorded
	acting  atomic.Pointer[context.Context] // the context with the actor; nil: without one

	// What is recorded.
	method               *method
	received, sent, size atomic.Int64
	status               string
	duration             float64
}

// callKey is under which a context has the call of an Instrumentation: a server may have several.
type callKey struct{ of *Instrumentation }

// Value answers for the context.
func (c *call) Value(key any) any {
	if key == (callKey{c.of}) {
		return c
	}
	return c.Context.Value(key)
}

// callOf returns the call of a context, nil for one that is left alone.
func (i *Instrumentation) callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{i}).(*call)
	return c
}

// record records the call, once.
func (c *call) record(status string, duration time.Duration) {
	if c.ended.Swap(true) {
		return
	}
	c.status, c.duration = status, duration.Seconds()
	ctx := context.Context(c)
	if acting := c.acting.Load(); acting != nil {
		ctx = *acting
	}
	_ = c.of.recorder.Record(ctx, c.of.config.entry, c) // counted and logged there
}
