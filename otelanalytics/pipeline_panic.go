// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// step is a stage of the pipeline that runs code from outside the SDK.
type step uint8

const (
	stepAccept step = iota // before the append: the context
	stepAppend             // the store
	stepRecord             // after it: the meter provider
	stepEmit               // after it: the logger provider
	stepCount
)

// stepNames are the values of the attribute step of otelanalytics.pipeline.panics.
var stepNames = [stepCount]string{
	stepAccept: "accept",
	stepAppend: "append",
	stepRecord: "record",
	stepEmit:   "emit",
}

var stepMessages = [stepCount]string{
	stepAccept: "code of the application panicked while an event was taken; the event is refused",
	stepAppend: "the store panicked while it took an event; the event is refused",
	stepRecord: "the meter provider panicked; the event is accepted, and its metrics may be incomplete",
	stepEmit:   "the logger provider panicked; the event is accepted, and its log record may be missing",
}

// panicked refuses the events that are not accepted yet, after a panic.
func (r *run) panicked(v any) {
	counted := false
	for i := range r.items {
		it := &r.items[i]
		if it.state == accepted || it.state == done {
			continue
		}
		if !counted {
			counted = true
			r.client.countPanic(r.step, it.event.Type, v)
		}
		it.refuse(r.panicError(it, v))
	}
}

// panicError returns an error with only the type of the panic's value: the value may quote the event.
func (r *run) panicError(it *item, v any) error {
	if r.step == stepAppend {
		return fmt.Errorf("otelanalytics: the store panicked with a %T, so that the event may or may not be in it; the log has the place", v)
	}
	return &InvalidEventError{
		EventType: printable(it.event.Type), Field: "context",
		Problem: fmt.Sprintf("code of the application that was called for the event panicked with a %T; the log has the place", v),
	}
}

// survive is deferred around the steps after an event's acceptance: a panic must neither fail the call, nor prevent the
// other steps.
func (c *Client) survive(at step, eventType string) {
	if v := recover(); v != nil {
		c.countPanic(at, eventType, v)
	}
}

func (c *Client) countPanic(at step, eventType string, v any) {
	c.panics[at].Add(1)
	if !c.warner.first("panic " + stepNames[at]) {
		return
	}
	c.logger.Error(stepMessages[at],
		slog.String("step", stepNames[at]), slog.String("event_type", printable(shortened(eventType))),
		slog.String("panic", fmt.Sprintf("%T", v)), slog.String("stack", string(debug.Stack())))
}
