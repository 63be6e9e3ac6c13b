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
