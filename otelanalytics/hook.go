// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// BeforeTrack is a function that runs for each event before anything else. It may change the event. It returns false to
// drop the event.
type BeforeTrack func(ctx context.Context, e *Event) bool

// WithBeforeTrack adds a function that is called with each event before the event is redacted, stored and recorded. The
// goroutine that tracks calls f, with the actor from the context filled in.
//
// f may change the event, including its type. To change the data, set e.Data to new data: the caller's data do not
// belong to the SDK. Data with the method AppendBSON are passed to f as a bson.Raw. This includes data of typed code
// and of package ingest.
//
// When f returns false, the event is dropped: Track returns nil, nothing is stored or recorded, and the event is
// counted in otelanalytics.events.dropped. When f panics, the panic is logged and counted in otelanalytics.hook.panics.
// The event then continues as it was before f.
//
// If the option is given several times, the functions run in that order. Each gets the event that the one before left.
// They are not called for [Client.Record], which records no event.
func WithBeforeTrack(f BeforeTrack) Option {
	return optionFunc(func(c *clientConfig) {
		if f == nil {
			c.errs = append(c.errs, errors.New("otelanalytics: WithBeforeTrack(nil): give a function, or leave the option out"))
			return
		}
		c.hooks = append(c.hooks, f)
	})
}

// runHooks returns the event as the hooks left it, and whether it continues. It takes and returns a value, so that an
// event does not have to live on the heap where there are no hooks.
func (c *Client) runHooks(ctx context.Context, e Event) (Event, bool) {
	for _, f := range c.hooks {
		if !c.runHook(ctx, f, &e) {
			return e, false
		}
	}
	return e, true
}

// hooked runs the hooks with an event. Data with AppendBSON, such as the data of typed code, are passed as a document
// that hooks can read and keep. The other names of its fields are kept for redaction.
func (c *Client) hooked(ctx context.Context, e Event) (Event, bool) {
	enc := bsondoc.Encoder{BSONTagsOnly: c.bsonOnly, Marking: true}
	var raw bson.Raw
	switch e.Data.(type) {
	case bsondoc.Own, bsondoc.Appender:
		if doc, err := enc.Document(nil, e.Data); err == nil {
			raw = doc
			e.Data = slices.Clone(raw) // which a hook may write to
		} // else encoding returns the error
	}
	e, on := c.runHooks(ctx, e)
	if on && len(enc.Marks) > 0 && raw != nil {
		e.Data = &bsondoc.Marked{Doc: raw, Marks: enc.Marks, Data: e.Data}
	}
	return e, on
}

func (c *Client) runHook(ctx context.Context, f BeforeTrack, e *Event) (on bool) {
	before := *e
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		*e, on = before, true
		c.hookPanics.Add(1)
		if c.warner.first("hook") {
			// What was thrown may quote the event: its type and the stack have to do.
			c.logger.Error("the before-track hook panicked; the event continues as it was before the hook",
				slog.String("event_type", printable(shortened(before.Type))), slog.String("panic", fmt.Sprintf("%T", v)),
				slog.String("stack", string(debug.Stack())))
		}
	}()
	return f(ctx, e)
}
