// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Record updates the metrics that the event map declares for an entry, with values from data. It stores nothing and
// never blocks.
//
// For a name that the map does not declare it returns ErrUnknownEvent, and for data that cannot be encoded an
// [InvalidEventError]. If the user of the context is suppressed, it returns ErrSuppressed and updates nothing.
func (c *Client) Record(ctx context.Context, name string, data any) error {
	return c.recordByName(ctx, nil, name, data)
}

func (c *Client) recordByName(ctx context.Context, m *Module, name string, data any) error {
	t := c.resolve(name)
	if t == c.unknown && !c.disabled {
		c.warnerOf(m).unknownRecord(name)
		return unknownEvent(name)
	}
	return c.recordEntry(ctx, t, m, name, data)
}

func (c *Client) recordEntry(ctx context.Context, t *entry, m *Module, name string, data any) error {
	if c.disabled {
		return nil
	}
	if c.closed.Load() {
		return ErrClosed
	}
	if c.suppress && c.suppressed(eventctx.FromContext(background.Or(ctx)).UserID) {
		t.rejected[rejectedSuppressed].Add(1)
		return ErrSuppressed
	}
	r := c.newRun(m, nil)
	defer r.release()
	s := &r.scratch
	s.docs, s.single, s.keeping = s.docs[:0], true, false
	if err := s.encode(t, c.warnerOf(m), name, data); err != nil {
		return err
	}
	ctx = background.Or(ctx)
	a := eventctx.FromContext(ctx)
	c.record(ctx, t, m, instruments.Envelope{Type: name, Platform: a.Platform, Session: a.SessionID != ""}, s.docs, s, c.metricsOn(t, m, c.defaults))
	return nil
}

// record updates the metrics from the encoded data when they are on. It serves Record and the pipeline.
func (c *Client) record(ctx context.Context, t *entry, m *Module, e instruments.Envelope, data []byte, s *scratch, on bool) {
	defer c.survive(stepRecord, e.Type)
	if m != nil {
		e.Module = m.name
	}
	if on && !c.recorded.Load() {
		c.warnOfNoop(ctx)
	}
	t.record(ctx, c.warnerOf(m), e, data, s, on)
}
