// SPDX-License-Identifier: Apache-2.0

package observers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// ErrClosed is returned by methods that are called after Shutdown.
var ErrClosed = errors.New("observers: shut down")

// scope is the instrumentation scope of the SDK's own metrics.
const scope = "github.com/otelanalytics/otelanalytics-go"

// Observers reads sources on a schedule. It is safe for concurrent use.
type Observers struct {
	observe  func(metric string) (Gauge, error)
	interval time.Duration
	schedule func(source string) (interval time.Duration, on bool)
	logger   *slog.Logger
	measured metric.Registration

	ctx    context.Context // ends with Shutdown
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mu      sync.Mutex // guards running and closed
	running []*running
	closed  bool

	// all holds running for collections. They must not wait for mu: a provider holds a lock of its own while it
	// collects, and registering a gauge needs that lock, too.
	all atomic.Pointer[[]*running]
}

// Start starts observers. It returns all mistakes in the options at once, and then starts nothing. It does not wait for
// the first readings.
func Start[G Gauge](g Gauges[G], options ...Option) (*Observers, error) {
	return start(func(metric string) (Gauge, error) { return g.ObserveGauge(metric) }, options)
}

func start(observe func(metric string) (Gauge, error), options []Option) (*Observers, error) {
	c := newConfig(options)
	if c.interval < 0 {
		return nil, fmt.Errorf("observers: the interval is %v; it must be above zero, or zero for the default of %v", c.interval, DefaultInterval)
	}
	o := &Observers{observe: observe, interval: c.interval, schedule: c.schedule, logger: c.logger}
	o.ctx, o.cancel = context.WithCancel(context.Background())
	if err := o.measure(c.provider.Meter(scope)); err != nil {
		return nil, err
	}
	var errs []error
	for _, s := range c.sources {
		errs = append(errs, o.register(s, false))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, o.Shutdown(context.Background()))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.running {
		o.ended.Go(func() { r.run(o.ctx) })
	}
	return o, nil
}

// measure registers otelanalytics.observer.up.
func (o *Observers) measure(m metric.Meter) error {
	up, err := ownmetrics.ObserverUp.IntGauge(m)
	if err != nil {
		return fmt.Errorf("observers: %w", err)
	}
	o.measured, err = m.RegisterCallback(func(_ context.Context, to metric.Observer) error {
		all := o.all.Load()
		if all == nil {
			return nil
		}
		for _, r := range *all {
			if state, read := r.up(); read {
				to.ObserveInt64(up, state, metric.WithAttributes(attribute.String("source", r.source.Name)))
			}
		}
		return nil
	}, up)
	if err != nil {
		return fmt.Errorf("observers: %w", err)
	}
	return nil
}

// Observe adds a gauge that read returns. The map must declare name as a gauge without attributes. read is called every
// interval, with a timeout of 10 seconds. An interval of 0 means the interval of [WithInterval]. name is also the name
// of the source.
func (o *Observers) Observe(name string, interval time.Duration, read func(context.Context) (float64, error)) error {
	s := Source{Name: name, Metrics: []string{name}, Interval: interval}
	if read != nil {
		s.Read = func(ctx context.Context, set SetFunc) error {
			value, err := read(ctx)
			if err == nil {
				set(name, value)
			}
			return err
		}
	}
	return o.Add(s)
}

// Add adds a source and starts to read it, unless the schedule switches it off. It returns all mistakes in the source
// at once.
func (o *Observers) Add(s Source) error { return o.register(s, true) }

// register checks a source and registers its gauges. It starts the source under the same lock, so that Shutdown either
// refuses the source or waits for it.
func (o *Observers) register(s Source, start bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return ErrClosed
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("observers: source %q: "+format, append([]any{s.Name}, args...)...))
	}
	if s.Name == "" {
		bad("has no name")
	}
	if len(s.Metrics) == 0 {
		bad("sets no metrics; name the gauges of the event map that it sets")
	}
	if s.Read == nil {
		bad("has no Read")
	}
	if s.Interval < 0 || s.Timeout < 0 {
		bad("interval %v, timeout %v; neither can be below zero", s.Interval, s.Timeout)
	}
	if slices.ContainsFunc(o.running, func(r *running) bool { return r.source.Name == s.Name }) {
		bad("is added twice; give each source a name of its own")
	}
	on := true
	if o.schedule != nil {
		var interval time.Duration
		if interval, on = o.schedule(s.Name); interval < 0 {
			bad("the schedule returns %v; it must be above zero, or zero for the source's own interval", interval)
		} else if interval > 0 {
			s.Interval = interval
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if !on {
		o.logger.Info("observer: switched off", "source", s.Name)
		return nil
	}
	r := newRunning(s, o.interval, o.logger)
	for i, name := range slices.Concat(s.Metrics, s.Optional) {
		g, err := o.observe(name)
		if err != nil && i >= len(s.Metrics) {
			continue // not declared
		}
		if err != nil {
			return errors.Join(fmt.Errorf("observers: source %q: %w", s.Name, err), r.stop())
		}
		r.gauges = append(r.gauges, gauge{name, g})
	}
	o.running = append(o.running, r)
	all := slices.Clone(o.running)
	o.all.Store(&all)
	if start {
		o.ended.Go(func() { r.run(o.ctx) })
	}
	return nil
}

// Shutdown stops the readings, waits for the running ones until ctx ends, and removes the gauges. You can call it
// again.
func (o *Observers) Shutdown(ctx context.Context) error {
	o.mu.Lock()
	first := !o.closed
	o.closed = true
	all := slices.Clone(o.running)
	o.mu.Unlock()
	o.cancel()
	done := make(chan struct{})
	go func() {
		o.ended.Wait()
		close(done)
	}()
	var errs []error
	select {
	case <-done:
	case <-ctx.Done():
		errs = append(errs, fmt.Errorf("observers: a reading is still running although its context has ended: %w", ctx.Err()))
	}
	if first {
		for _, r := range all {
			errs = append(errs, r.stop())
		}
		errs = append(errs, o.measured.Unregister())
	}
	return errors.Join(errs...)
}
