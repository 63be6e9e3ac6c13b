// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"log/slog"
	"sync"
	"time"
)

// quiet is how long failures are not logged after one was.
const quiet = time.Minute

// failures logs what OpenTelemetry's SDK reports of its exporters: one record a minute, with how many there were since
// the one before. It is an otel.ErrorHandler.
type failures struct {
	logger  *slog.Logger
	secrets secrets
	now     func() time.Time

	mu      sync.Mutex
	logged  time.Time
	skipped int
}

// Handle is called by the SDK, from any goroutine.
func (f *failures) Handle(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if !f.logged.IsZero() && now.Sub(f.logged) < quiet {
		f.skipped++
		return
	}
	f.logger.Warn("telemetry is not exported; tracking goes on", "error", f.secrets.scrub(err.Error()), "not_logged_since", f.skipped)
	f.logged, f.skipped = now, 0
}
