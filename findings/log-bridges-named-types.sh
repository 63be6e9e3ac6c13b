#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# OpenTelemetry's bridges for Go loggers write "unhandled: (main.Status) paid" for a constant of a named type.
#
# Expected  A field of a log record has the value that the logger's own JSON has: a type Status string is the text paid, a
#           type Level int is the integer 2, a json.Number is 12.50 and a json.RawMessage the object that it holds.
# Seen      A value of a named string or integer type becomes a text that begins with unhandled, and holds the name of
#           the type and its package. So a filter for paid finds nothing, and a rename in the code changes the values. A
#           map of such values has them too. A json.RawMessage becomes a list of the numbers of its bytes. zap makes text
#           of a type with a String method first, and of json.Number. The largest uint64 becomes a double.
# Versions  Go go.opentelemetry.io/contrib/bridges/otelslog and otelzap 0.21.0, go.opentelemetry.io/otel/sdk/log 1.47.0, go.uber.org/zap 1.28.0
# Date      2026-11-28
# Sources   https://pkg.go.dev/go.opentelemetry.io/contrib/bridges/otelslog, https://pkg.go.dev/go.opentelemetry.io/contrib/bridges/otelzap
#           https://pkg.go.dev/log/slog#JSONHandler
set -euo pipefail

recorded='Status string     JSON of slog "paid"; otelslog unhandled: (main.Status) paid; otelzap unhandled: (main.Status) paid
Level int         JSON of slog 2; otelslog unhandled: (main.Level) 2; otelzap unhandled: (main.Level) 2
Plan, a Stringer  JSON of slog 1; otelslog unhandled: (main.Plan) pro; otelzap pro
map of a Status   JSON of slog {"status":"paid"}; otelslog {"status":"unhandled: (main.Status) paid"}; otelzap {"status":"unhandled: (main.Status) paid"}
json.Number       JSON of slog 12.50; otelslog unhandled: (json.Number) 12.50; otelzap 12.50
json.RawMessage   JSON of slog {"a":1}; otelslog [123,34,97,34,58,49,125]; otelzap [123,34,97,34,58,49,125]
uint64            JSON of slog 18446744073709551615; otelslog 1.8446744073709552e+19; otelzap 1.8446744073709552e+19'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strings"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/bridges/otelzap"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/log"
	"go.uber.org/zap"
)

type (
	Status string
	Level  int
	Plan   int
)

func (Plan) String() string { return "pro" }

// last keeps the attribute of the last record.
type last struct{ text string }

func (l *last) OnEmit(_ context.Context, record *sdk.Record) error {
	record.WalkAttributes(func(kv attribute.KeyValue) bool {
		l.text = kv.Value.Emit()
		return true
	})
	return nil
}

func (*last) Enabled(context.Context, sdk.EnabledParameters) bool { return true }
func (*last) Shutdown(context.Context) error                      { return nil }
func (*last) ForceFlush(context.Context) error                    { return nil }

func main() {
	seen := new(last)
	provider := sdk.NewLoggerProvider(sdk.WithProcessor(seen))
	bridge := otelslog.NewLogger("demo", otelslog.WithLoggerProvider(provider))
	zapper := zap.New(otelzap.NewCore("demo", otelzap.WithLoggerProvider(provider)))
	for _, v := range []struct {
		name  string
		value any
	}{
		{"Status string", Status("paid")},
		{"Level int", Level(2)},
		{"Plan, a Stringer", Plan(1)},
		{"map of a Status", map[string]any{"status": Status("paid")}},
		{"json.Number", json.Number("12.50")},
		{"json.RawMessage", json.RawMessage(`{"a":1}`)},
		{"uint64", uint64(math.MaxUint64)},
	} {
		var text bytes.Buffer
		slog.New(slog.NewJSONHandler(&text, nil)).Info("m", "field", v.value)
		_, own, _ := strings.Cut(text.String(), `"field":`)
		own = strings.TrimSuffix(strings.TrimSpace(own), "}")
		bridge.Info("m", "field", v.value)
		slogged := seen.text
		zapper.Info("m", zap.Any("field", v.value))
		fmt.Printf("%-16s  JSON of slog %s; otelslog %s; otelzap %s\n", v.name, own, slogged, seen.text)
	}
}
GO

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get go.opentelemetry.io/contrib/bridges/otelslog@v0.21.0 go.opentelemetry.io/contrib/bridges/otelzap@v0.21.0 \
  go.opentelemetry.io/otel/sdk/log@v1.47.0 go.uber.org/zap@v1.28.0 2>/dev/null
saw=$(go run .)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
