// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"log/slog"
)

// The attributes whose values are names that can have a level.
const (
	subsystemKey = "subsystem"
	moduleKey    = "module"
)

// Handler returns a handler that filters records by the levels and passes the others to next.
//
// The names of a record are the attributes subsystem and module that its logger got through [slog.Logger.With], outside
// of groups. The level of the module takes precedence over the level of the subsystem, which takes precedence over the
// overall level. If none of the three has a level, next.Enabled decides.
//
// A level below next's own level has an effect, too: Handler passes the record to next without calling next.Enabled,
// and slog's own handlers write it.
func (l *Levels) Handler(next slog.Handler) slog.Handler {
	return &levelHandler{levels: l, next: next}
}

// Logger returns a logger that follows the levels. Without levels it returns logger.
func (l *Levels) Logger(logger *slog.Logger) *slog.Logger {
	if l == nil {
		return logger
	}
	return slog.New(l.Handler(logger.Handler()))
}

// levelHandler is never changed.
type levelHandler struct {
	levels            *Levels
	next              slog.Handler
	subsystem, module string // empty: not given
	grouped           bool   // attributes that follow are within a group
}

var _ slog.Handler = (*levelHandler)(nil)

// Enabled is asked before a record is made.
func (h *levelHandler) Enabled(ctx context.Context, level slog.Level) bool {
	if least, ok := h.levels.table().least(h.module, h.subsystem); ok {
		return level >= least && least != levelOff
	}
	return h.next.Enabled(ctx, level)
}

// least returns the lowest level that is kept, if one is set.
func (t *levelTable) least(module, subsystem string) (slog.Level, bool) {
	if t == nil {
		return 0, false
	}
	if level, ok := t.names[module]; ok {
		return level, true
	}
	if level, ok := t.names[subsystem]; ok {
		return level, true
	}
	return t.overall, t.set
}

func (h *levelHandler) Handle(ctx context.Context, r slog.Record) error { return h.next.Handle(ctx, r) }

func (h *levelHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	c.next = h.next.WithAttrs(attrs)
	if !h.grouped {
		c.recognise(attrs)
	}
	return &c
}

// recognise reads names from attributes. If several have the same key, the last one counts. The attributes of a group
// without a name count as if there were no group, as slog.Handler requires.
func (h *levelHandler) recognise(attrs []slog.Attr) {
	for _, a := range attrs {
		switch v := a.Value.Resolve(); {
		case a.Key == "" && v.Kind() == slog.KindGroup:
			h.recognise(v.Group())
		case v.Kind() != slog.KindString:
		case a.Key == subsystemKey:
			h.subsystem = v.String()
		case a.Key == moduleKey:
			h.module = v.String()
		}
	}
}

func (h *levelHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	c := *h
	c.next, c.grouped = h.next.WithGroup(name), true
	return &c
}
