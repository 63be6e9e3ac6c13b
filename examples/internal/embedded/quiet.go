// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"log/slog"
)

// quiet returns a logger that passes on what is worth a user's attention.
// FerretDB logs every connection at Info, and every reply that is an error at
// Warn, even to commands that drivers send on the off chance (endSessions).
func quiet(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(quietHandler{l.Handler()})
}

type quietHandler struct{ slog.Handler }

func (h quietHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

func (h quietHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quietHandler{h.Handler.WithAttrs(attrs)}
}

func (h quietHandler) WithGroup(name string) slog.Handler {
	return quietHandler{h.Handler.WithGroup(name)}
}
