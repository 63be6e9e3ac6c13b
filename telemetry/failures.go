// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// quiet is how long failures are not logged after one was.
const quiet = time.Minute

// failures logs the exporter errors that OpenTelemetry's SDK reports: one record a minute, with the number of errors
// since the record before. It is an otel.ErrorHandler.
//
// The SDK may call it while it holds a lock that the logger needs. With a simple processor, a program that logs through
// OpenTelemetry would wait for itself. So a goroutine of its own writes the record, one at a time.
//
//	exporter ─→ Handle ─→ goroutine ─→ logger ─→ (bridge ─→ exporter ─→ Handle, which counts)
type failures struct {
	logger  *slog.Logger
	secrets secrets
	now     func() time.Time

	mu      sync.Mutex // guards what follows; never held while the logger runs
	logged  time.Time
	skipped int
	writing chan struct{} // closed once the last record is written; nil: none was begun
}

// Handle is called by the SDK, from any goroutine. It does not block.
func (f *failures) Handle(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if f.busy() || !f.logged.IsZero() && now.Sub(f.logged) < quiet {
		f.skipped++
		return
	}
	text, skipped, written := f.secrets.scrub(err.Error()), f.skipped, make(chan struct{})
	f.logged, f.skipped, f.writing = now, 0, written
	go func() {
		defer close(written)
		f.logger.Warn("telemetry is not exported; tracking continues", "error", text, "not_logged_since", skipped)
	}()
}

// busy reports whether a record is being written. mu must be held.
func (f *failures) busy() bool {
	if f.writing == nil {
		return false
	}
	select {
	case <-f.writing:
		return false
	default:
		return true
	}
}

// wait blocks until the record that is being written is, or ctx ends.
func (f *failures) wait(ctx context.Context) error {
	f.mu.Lock()
	writing := f.writing
	f.mu.Unlock()
	if writing == nil {
		return nil
	}
	select {
	case <-writing:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
