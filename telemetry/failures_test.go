// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestFailuresAreLoggedOnceAMinute reports two failures every second for ten minutes.
func TestFailuresAreLoggedOnceAMinute(t *testing.T) {
	var log bytes.Buffer
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f := &failures{
		logger: slog.New(slog.NewTextHandler(&log, nil)), secrets: secrets(nil).with("open").with("Bearer%20opensesame"),
		now: func() time.Time { return now },
	}
	for i := range 600 {
		f.Handle(fmt.Errorf("failed to upload metrics: attempt %d with opensesame", i))
		f.Handle(errors.New("traces export: connection refused"))
		f.Handle(nil)
		if err := f.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	text := log.String()
	if n := strings.Count(text, "\n"); n != 10 {
		t.Errorf("%d records in ten minutes", n)
	}
	if n := strings.Count(text, "not_logged_since=119"); n != 9 {
		t.Errorf("%d records of 9 say how many were not logged", n)
	}
	if strings.Contains(text, "sesame") || !strings.Contains(text, "attempt 60 with [redacted]") {
		t.Errorf("the secret is not scrubbed:\n%s", text)
	}
}

// TestFailuresOfTheLoggerItself: a program's logger may report a failure, and wait for what the reporter holds.
func TestFailuresOfTheLoggerItself(t *testing.T) {
	var exporting sync.Mutex // as a simple processor has
	var f *failures
	records := 0
	f = &failures{now: time.Now, logger: slog.New(handlerFunc(func() {
		exporting.Lock()
		defer exporting.Unlock()
		records++
		f.Handle(errors.New("the record cannot be exported, either"))
	}))}
	exporting.Lock()
	f.Handle(errors.New("an export failed"))
	f.Handle(errors.New("another one failed while the first one is logged"))
	exporting.Unlock()
	if err := f.wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if records != 1 || f.skipped != 2 {
		t.Errorf("%d records, and %d failures for the next one; want 1 and 2", records, f.skipped)
	}
}

// TestWaitForALoggerThatHangs: Shutdown returns when its context ends.
func TestWaitForALoggerThatHangs(t *testing.T) {
	release := make(chan struct{})
	f := &failures{now: time.Now, logger: slog.New(handlerFunc(func() { <-release }))}
	f.Handle(errors.New("an export failed"))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.wait(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	close(release)
	if err := f.wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// handlerFunc is a handler of slog that is called for each record.
type handlerFunc func()

func (handlerFunc) Enabled(context.Context, slog.Level) bool    { return true }
func (h handlerFunc) Handle(context.Context, slog.Record) error { h(); return nil }
func (h handlerFunc) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h handlerFunc) WithGroup(string) slog.Handler             { return h }
