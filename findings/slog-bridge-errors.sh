#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The OpenTelemetry bridge for slog keeps one error of a log record, and not its key.
#
# Expected  logger.Error("insert", "err", a, "close_err", b) becomes a log record with the attributes err and close_err, as
#           the documentation of the handler says of attributes, and as in every other handler of slog.
# Seen      The last value that is an error becomes exception.message and exception.type; all others of the record vanish,
#           and so does one given by With. The keys vanish too, so that a search for close_err finds nothing. In a group, and
#           as text (err.Error()), errors stay. The bridge for zap treats the field "error" so, and keeps those with a name.
#           The type is that of the innermost error, not that of the value.
# Versions  Go go.opentelemetry.io/contrib/bridges/otelslog 0.21.0, otelzap 0.21.0, sdk/log 1.47.0
# Date      2026-11-27
# Sources   https://pkg.go.dev/go.opentelemetry.io/contrib/bridges/otelslog (how attributes are transformed)
#           https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
set -euo pipefail

recorded='slog  two errors        exception.message="close failed: EOF" exception.type="*errors.errorString"
slog  With and record   exception.message="timeout" exception.type="*errors.errorString"
slog  in a group        db={"err":"timeout"}
slog  as text           err="timeout" close_err="EOF"
zap   two errors        close_err="EOF" exception.message="timeout" exception.type="*errors.errorString"
zap   With and record   exception.message="timeout" exception.type="*errors.errorString"'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/bridges/otelzap"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/log"
	"go.uber.org/zap"
)

// show prints the attributes of each record.
type show struct{ bridge string }

func (s show) OnEmit(_ context.Context, r *log.Record) error {
	fmt.Printf("%-5s %-17s", s.bridge, r.Body().AsString())
	r.WalkAttributes(func(a attribute.KeyValue) bool {
		text := a.Value.Emit()
		if a.Value.Type() == attribute.STRING {
			text = strconv.Quote(text)
		}
		fmt.Printf(" %s=%s", a.Key, text)
		return true
	})
	fmt.Println()
	return nil
}

func (show) Enabled(context.Context, log.EnabledParameters) bool { return true }
func (show) Shutdown(context.Context) error                      { return nil }
func (show) ForceFlush(context.Context) error                    { return nil }

func provider(bridge string) *log.LoggerProvider {
	return log.NewLoggerProvider(log.WithProcessor(show{bridge}))
}

func main() {
	timeout, eof := errors.New("timeout"), errors.New("EOF")
	s := slog.New(otelslog.NewHandler("finding", otelslog.WithLoggerProvider(provider("slog"))))
	s.Error("two errors", "err", timeout, "close_err", fmt.Errorf("close failed: %w", eof))
	s.With("cause", eof).Error("With and record", "err", timeout)
	s.Error("in a group", slog.Group("db", "err", timeout))
	s.Error("as text", "err", timeout.Error(), "close_err", eof.Error())
	z := zap.New(otelzap.NewCore("finding", otelzap.WithLoggerProvider(provider("zap"))))
	z.Error("two errors", zap.Error(timeout), zap.NamedError("close_err", eof))
	z.With(zap.Error(eof)).Error("With and record", zap.Error(timeout))
}
GO

go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/contrib/bridges/otelslog@v0.21.0 -require=go.opentelemetry.io/contrib/bridges/otelzap@v0.21.0 \
  -require=go.opentelemetry.io/otel@v1.47.0 -require=go.opentelemetry.io/otel/sdk/log@v1.47.0 -require=go.uber.org/zap@v1.28.0
go build -mod=mod -o bridges . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./bridges)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
