// SPDX-License-Identifier: Apache-2.0

package observers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// running is a source with its last reading. One goroutine reads, and collections read the values that it stored.
type running struct {
	source   Source
	interval time.Duration // as configured
	timeout  time.Duration
	logger   *slog.Logger
	slow     bool // the interval is longer than configured

	// publishing is held while the gauges get values: a reading that outlasts Shutdown finds none.
	publishing sync.Mutex
	gauges     []gauge

	// mu guards the following. Collections take it, so nothing is registered or taken away under it.
	mu     sync.Mutex
	number uint64 // of the reading that is under way, 0 for none
	read   bool   // there was a reading
	failed bool   // the last one, or the one that is under way and late
}

// gauge is a gauge that the source sets.
type gauge struct {
	metric string
	Gauge
}

// value is a value that a reading set.
type value struct {
	metric     string
	value      float64
	attributes []string
}

// defaultTimeout bounds a reading of a source that sets no timeout. It may exceed the interval: a long reading only
// makes the interval longer.
const defaultTimeout = 10 * time.Second

func newRunning(s Source, interval time.Duration, logger *slog.Logger) *running {
	r := &running{source: s, interval: s.Interval, timeout: s.Timeout, logger: logger.With("source", s.Name)}
	if r.interval == 0 {
		r.interval = interval
	}
	if r.timeout == 0 {
		r.timeout = defaultTimeout
	}
	return r
}

// run reads at once, and then every interval, until ctx ends.
func (r *running) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := uint64(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		began := time.Now()
		n++
		r.begin(n)
		late := time.AfterFunc(r.timeout+min(r.timeout/10, maxGrace), func() { r.late(ctx, n) })
		err := r.readOnce(ctx)
		took := time.Since(began)
		late.Stop()
		if ctx.Err() != nil {
			return
		}
		r.note(err)
		timer.Reset(max(0, r.next(took)-took))
	}
}

// readOnce reads once. It publishes the values when there was no error.
func (r *running) readOnce(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	var values []value
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("it panicked") // what it panicked with may be somebody's data
		}
	}()
	err = r.source.Read(ctx, func(metric string, v float64, attributes ...string) {
		values = append(values, value{metric, v, attributes})
	})
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("no answer within %v: %w", r.timeout, err)
	}
	if err == nil {
		r.publish(values)
	}
	return err
}

// publish gives the gauges the values of a reading.
func (r *running) publish(values []value) {
	r.publishing.Lock()
	defer r.publishing.Unlock()
	for _, g := range r.gauges {
		g.Replace(func(set func(float64, ...string)) {
			for _, v := range values {
				if v.metric == g.metric {
					set(v.value, v.attributes...)
				}
			}
		})
	}
}

// maxGrace bounds the time in which a reading has to notice that its context has ended.
const maxGrace = time.Second

// begin notes which reading is under way.
func (r *running) begin(n uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.number = n
}

// late notes that reading n is still running although its context has ended. It does nothing when the reading has
// returned.
func (r *running) late(ctx context.Context, n uint64) {
	r.mu.Lock()
	if r.number != n || ctx.Err() != nil {
		r.mu.Unlock()
		return
	}
	changed := !r.failed
	r.read, r.failed = true, true
	r.mu.Unlock()
	r.tell(changed, fmt.Errorf("no answer within %v, and the reading is still running although its context has ended", r.timeout))
}

// note stores how a reading ended. It logs when the state changes.
func (r *running) note(err error) {
	r.mu.Lock()
	changed := r.failed != (err != nil)
	r.number, r.read, r.failed = 0, true, err != nil
	r.mu.Unlock()
	r.tell(changed, err)
}

func (r *running) tell(changed bool, err error) {
	switch {
	case !changed:
	case err != nil:
		r.logger.Warn("observer: cannot read; the gauges keep their last values; trying again", "error", err)
	default:
		r.logger.Info("observer: reading again")
	}
}

// next returns the time from the beginning of a reading to that of the next.
func (r *running) next(took time.Duration) time.Duration {
	interval := max(r.interval, 10*took)
	if slow := interval > r.interval; slow != r.slow {
		r.slow = slow
		if slow {
			r.logger.Warn("observer: a reading takes more than a tenth of its interval; reading less often",
				"took", took, "configured", r.interval, "interval", interval)
		} else {
			r.logger.Info("observer: reading as often as configured again", "interval", interval)
		}
	}
	// Jitter of a tenth, so that many instances do not ask at the same moment.
	return interval + time.Duration((rand.Float64()-0.5)*0.2*float64(interval))
}

// up is 1 when the last reading succeeded and none is late. There may have been none.
func (r *running) up() (state int64, read bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed {
		return 0, r.read
	}
	return 1, r.read
}

// stop removes the gauges.
func (r *running) stop() error {
	r.publishing.Lock()
	gauges := r.gauges
	r.gauges = nil
	r.publishing.Unlock()
	var errs []error
	for _, g := range gauges {
		errs = append(errs, g.Stop())
	}
	return errors.Join(errs...)
}
