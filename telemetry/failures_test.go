// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestFailuresAreLoggedOnceAMinute reports failures of two kinds every second for ten minutes.
func TestFailuresAreLoggedOnceAMinute(t *testing.T) {
	var log bytes.Buffer
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f := newFailures(slog.New(slog.NewTextHandler(&log, nil)), []string{"opensesame"})
	f.now = func() time.Time { return now }
	for i := range 600 {
		f.Handle(fmt.Errorf("failed to upload metrics: attempt %d with opensesame", i))
		f.Handle(errors.New("traces export: connection refused"))
		f.Handle(nil)
		now = now.Add(time.Second)
	}
	text := log.String()
	if n := strings.Count(text, "failed to upload metrics"); n != 10 {
		t.Errorf("one kind was logged %d times in ten minutes", n)
	}
	if n := strings.Count(text, "traces export"); n != 10 {
		t.Errorf("the other was logged %d times", n)
	}
	if n := strings.Count(text, "not_logged_since=59"); n != 18 {
		t.Errorf("%d records of 18 say how many were not logged", n)
	}
	if strings.Contains(text, "opensesame") || !strings.Contains(text, "attempt 60 with [redacted]") {
		t.Errorf("the secret is not scrubbed:\n%s", text)
	}
	log.Reset()
	for i := range 1_000 {
		f.Handle(fmt.Errorf("kind %d: x", i))
	}
	if n := strings.Count(log.String(), "\n"); n > mostKinds {
		t.Errorf("a thousand kinds were logged %d times at once", n)
	}
}
