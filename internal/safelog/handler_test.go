// SPDX-License-Identifier: Apache-2.0

package safelog

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

// faulty panics in one of its methods.
type faulty struct{ in string }

func (f faulty) check(method string) {
	if f.in == method {
		panic(method)
	}
}

func (f faulty) Enabled(context.Context, slog.Level) bool  { f.check("Enabled"); return true }
func (f faulty) Handle(context.Context, slog.Record) error { f.check("Handle"); return nil }
func (f faulty) WithAttrs([]slog.Attr) slog.Handler        { f.check("WithAttrs"); return f }
func (f faulty) WithGroup(string) slog.Handler             { f.check("WithGroup"); return f }

func TestPanics(t *testing.T) {
	for _, method := range []string{"Enabled", "Handle", "WithAttrs", "WithGroup"} {
		l := Logger(slog.New(faulty{method}))
		l.With("a", 1).WithGroup("g").Error("text") // does not panic
	}
}

func TestRecordsPass(t *testing.T) {
	var b bytes.Buffer
	l := Logger(slog.New(slog.NewTextHandler(&b, nil)))
	Logger(l).With("a", 1).WithGroup("g").Info("text", "b", 2)
	l.Debug("not this")
	if got := b.String(); !strings.HasSuffix(got, "level=INFO msg=text a=1 g.b=2\n") {
		t.Errorf("got %s", got)
	}
}
