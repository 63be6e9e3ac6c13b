// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Metrics returns all metrics that the collector has received and written so far, request after request: a cumulative
// counter is there once for each export.
func (c *Collector) Metrics(t testing.TB) pmetric.Metrics {
	t.Helper()
	all := pmetric.NewMetrics()
	c.read(t, "metrics", func(line []byte) error {
		one, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(line)
		if err == nil {
			one.ResourceMetrics().MoveAndAppendTo(all.ResourceMetrics())
		}
		return err
	})
	return all
}

// Logs returns all log records that the collector has received and written so far, request after request.
func (c *Collector) Logs(t testing.TB) plog.Logs {
	t.Helper()
	all := plog.NewLogs()
	c.read(t, "logs", func(line []byte) error {
		one, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(line)
		if err == nil {
			one.ResourceLogs().MoveAndAppendTo(all.ResourceLogs())
		}
		return err
	})
	return all
}

// Traces returns all spans that the collector has received and written so far, request after request.
func (c *Collector) Traces(t testing.TB) ptrace.Traces {
	t.Helper()
	all := ptrace.NewTraces()
	c.read(t, "traces", func(line []byte) error {
		one, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		if err == nil {
			one.ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
		}
		return err
	})
	return all
}

// AwaitMetrics waits until what holds of all received metrics, and returns them. After a minute it fails the test. The
// collector must run.
func (c *Collector) AwaitMetrics(t testing.TB, what string, holds func(pmetric.Metrics) bool) pmetric.Metrics {
	t.Helper()
	return await(t, c, "it had received: "+what, c.Metrics, holds)
}

// AwaitLogs waits for log records, as AwaitMetrics does for metrics.
func (c *Collector) AwaitLogs(t testing.TB, what string, holds func(plog.Logs) bool) plog.Logs {
	t.Helper()
	return await(t, c, "it had received: "+what, c.Logs, holds)
}

// AwaitTraces waits for spans, as AwaitMetrics does for metrics.
func (c *Collector) AwaitTraces(t testing.TB, what string, holds func(ptrace.Traces) bool) ptrace.Traces {
	t.Helper()
	return await(t, c, "it had received: "+what, c.Traces, holds)
}

func await[T any](t testing.TB, c *Collector, what string, get func(testing.TB) T, holds func(T) bool) T {
	t.Helper()
	var all T
	c.process.await(t, "otelcol", what, func() bool {
		all = get(t)
		return holds(all)
	})
	return all
}

// read hands out each whole line of a file of the file exporter: a request in OTLP's JSON encoding. A line that is being
// written has no end yet, and is left for the next time.
func (c *Collector) read(t testing.TB, name string, line func([]byte) error) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for {
		one, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			return
		}
		if err := line(one); err != nil {
			t.Fatal(fmt.Errorf("what the collector wrote of %s: %w", name, err))
		}
		text = rest
	}
}
