// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"time"
)

// Record updates the metrics that the event map names for an entry, with the data that they need, and
// stores nothing. A name that the map does not know is ErrUnknownEvent; data that cannot be encoded are an
// [InvalidEventError]. It never blocks.
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
	return c.recordData(orBackground(ctx), t, m, name, data, c.defaults, logged{})
}

// recordOnce is Track of an event that is not stored.
func (c *Client) recordOnce(ctx context.Context, t *entry, m *Module, e *Event, cfg trackConfig) error {
	now := c.now()
	if e.Key == "" {
		return c.recordData(ctx, t, m, e.Type, e.Data, cfg, logged{on: true, happened: e.Time, id: newID(now), now: now})
	}
	id := keyID(e.Key)
	key, mine, err := c.keys.claim(ctx, id)
	if err != nil {
		return err
	}
	if !mine {
		t.duplicate.Add(1)
		return nil
	}
	err = c.recordData(ctx, t, m, e.Type, e.Data, cfg, logged{on: true, happened: e.Time, id: id, now: now})
	c.keys.settle(id, key, 0, err == nil)
	return err
}

// logged is what a log record needs beside the data; Record makes none.
type logged struct {
	on            bool
	happened, now time.Time
	id            [16]byte
}

// recordData encodes data as for a document, so that metrics are the same whether an event is stored or not.
func (c *Client) recordData(ctx context.Context, t *entry, m *Module, name string, data any, cfg trackConfig, l logged) error {
	if t.recorder == nil && (!l.on || c.eventLog == nil) {
		return nil
	}
	s := scratches.Get().(*scratch)
	defer s.release()
	if err := s.encode(t, name, data); err != nil {
		return err
	}
	c.record(ctx, t, m, name, s.data, s, c.metricsOn(t, m, cfg))
	if l.on {
		c.emit(ctx, name, l, s.data)
	}
	return nil
}
