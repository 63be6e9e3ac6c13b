// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"log/slog"
	"strings"
	"sync"
	"time"
)

// quiet is how long a kind of failure is not logged again.
const quiet = time.Minute

// failures logs what OpenTelemetry's SDK reports of its exporters: one record a minute for each kind, with how many
// there were. It is an otel.ErrorHandler.
type failures struct {
	logger  *slog.Logger
	secrets []string // that must not be in a record
	now     func() time.Time

	mu    sync.Mutex
	kinds map[string]*failure
}

type failure struct {
	logged  time.Time
	skipped int
}

func newFailures(logger *slog.Logger, secrets []string) *failures {
	return &failures{logger: logger, secrets: secrets, now: time.Now, kinds: map[string]*failure{}}
}

// mostKinds bounds the memory for kinds, and so what unforeseen texts can log in a minute.
const mostKinds = 20

// Handle is called by the SDK, from any goroutine.
func (f *failures) Handle(err error) {
	if err == nil {
		return
	}
	text := f.scrubbed(err.Error())
	// What comes before the first colon says what was attempted; the rest changes from one attempt to the next.
	kind, _, _ := strings.Cut(text, ":")
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.kinds) >= mostKinds && f.kinds[kind] == nil {
		kind = ""
	}
	k := f.kinds[kind]
	if k == nil {
		k = new(failure)
		f.kinds[kind] = k
	}
	now := f.now()
	if !k.logged.IsZero() && now.Sub(k.logged) < quiet {
		k.skipped++
		return
	}
	f.logger.Warn("telemetry is not exported; tracking goes on", "error", text, "not_logged_since", k.skipped)
	k.logged, k.skipped = now, 0
}

// scrubbed returns a text without the secrets.
func (f *failures) scrubbed(text string) string {
	for _, secret := range f.secrets {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	return scrubURLs(text)
}
