// SPDX-License-Identifier: Apache-2.0

// Package safelog logs through a handler of the application without being ended by its panics.
package safelog

import (
	"context"
	"errors"
	"log/slog"
)

// Logger returns a logger that survives a panic of l's handler. The record is then lost.
func Logger(l *slog.Logger) *slog.Logger {
	if _, ok := l.Handler().(handler); ok {
		return l
	}
	return slog.New(handler{l.Handler()})
}

type handler struct{ next slog.Handler }

var _ slog.Handler = handler{}

var errPanic = errors.New("safelog: the handler panicked")

func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	defer func() { _ = recover() }()
	return h.next.Enabled(ctx, level)
}

func (h handler) Handle(ctx context.Context, r slog.Record) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return h.next.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) (with slog.Handler) {
	return h.changed(func() slog.Handler { return h.next.WithAttrs(attrs) })
}

func (h handler) WithGroup(name string) (with slog.Handler) {
	return h.changed(func() slog.Handler { return h.next.WithGroup(name) })
}

func (h handler) changed(f func() slog.Handler) (with slog.Handler) {
	defer func() {
		if recover() != nil {
			with = h
		}
	}()
	return handler{f()}
}
