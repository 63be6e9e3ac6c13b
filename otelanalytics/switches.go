// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// Switches turn metrics on and off while the service runs. A call updates metrics when the client's switch,
// that of its module, that of its event and that of the call (see [WithoutMetrics]) are all on. Events are
// stored whatever the switches say, and the SDK's own metrics go on. A switch holds for every call that
// begins after it was set. The methods are safe for concurrent use.
//
// An up_down_counter that misses one of the two events that belong together stays off by one until the
// service restarts: turn such metrics off for good or not at all.
type Switches struct {
	client *Client
	off    atomic.Bool // the client's
}

// SetMetrics turns the metrics of the whole client on or off. They are on by default, unless the
// configuration says otherwise.
func (s *Switches) SetMetrics(on bool) { s.off.Store(!on) }

// Metrics reports whether the client's switch is on.
func (s *Switches) Metrics() bool { return !s.off.Load() }

// SetModule turns the metrics of what is tracked through a module on or off, whether the module is in use
// already or not. They are on by default. The name is kept for the life of the client, as [Client.Module] keeps it.
func (s *Switches) SetModule(name string, on bool) { s.client.Module(name).off.Store(!on) }

// Module reports whether the switch of a module is on. It makes no module: one that is not in use is on.
func (s *Switches) Module(name string) bool {
	m, known := s.client.knownModule(name)
	return !known || !m.off.Load()
}

// SetEvent turns the metrics of one entry of the map's events on or off; for a pattern give the pattern.
// They are on by default, unless the map says enabled: false. A name that the event had before (renamed_from) stands for
// it, too. A name that the map does not declare is ErrUnknownEvent.
func (s *Switches) SetEvent(name string, on bool) error {
	e, ok := s.client.declared(name)
	if !ok {
		return fmt.Errorf("%w: %q is not in the event map", ErrUnknownEvent, shortened(name))
	}
	e.off.Store(!on)
	return nil
}

// Event reports whether the switch of an entry of the map is on. One that the map does not declare is off,
// since it records nothing.
func (s *Switches) Event(name string) bool {
	e, ok := s.client.declared(name)
	return ok && !e.off.Load()
}

// checkDisabled refuses events that the map does not declare.
func checkDisabled(events []string, m *eventmap.Map) error {
	var errs []error
	for _, name := range events {
		if !declares(m, name) {
			known := make([]string, 0, len(m.Events()))
			for _, e := range m.Events() {
				known = append(known, e.Name)
			}
			errs = append(errs, fmt.Errorf("otelanalytics: the disabled event %q is not in the event map, which has %s", shortened(name), shortened(strings.Join(known, ", "))))
		}
	}
	return errors.Join(errs...)
}

// declares reports whether the map has an entry of a name, or one that had the name before: instances with an older and a
// newer map can have the same settings.
func declares(m *eventmap.Map, name string) bool {
	if _, ok := m.Event(name); ok {
		return true
	}
	e, ok := m.Match(name)
	return ok && slices.Contains(e.RenamedFrom, name)
}

// configure sets every switch: those that the settings do not mention are on, as far as the map says so.
func (s *Switches) configure(to config.Runtime) {
	s.off.Store(to.MetricsDisabled)
	disabled := make([]string, len(to.DisabledModules))
	for i, name := range to.DisabledModules {
		disabled[i] = s.client.Module(name).name
	}
	s.client.modules.Range(func(name, m any) bool {
		m.(*Module).off.Store(slices.Contains(disabled, name.(string)))
		return true
	})
	off := make(map[*entry]bool, len(to.DisabledEvents))
	for _, name := range to.DisabledEvents {
		if e, ok := s.client.declared(name); ok {
			off[e] = true
		}
	}
	for _, e := range s.client.entries {
		e.off.Store(!e.recorder.Event().Enabled || off[e])
	}
}

// Configure sets every metrics switch and every level of logging, while the client runs: what [Switches] was told before
// is forgotten. [config.Config.Runtime] returns the settings from a configuration that was loaded anew. An event that the
// map does not declare is an error; nothing has changed then.
func (c *Client) Configure(settings config.Runtime) error {
	if err := checkDisabled(settings.DisabledEvents, c.eventMap); err != nil && !c.disabled {
		return err
	}
	c.switches.configure(settings)
	c.levels.Replace(settings.LogLevels)
	return nil
}

// record reports whether a call updates metrics.
func (s *Switches) record(e *entry, m *Module) bool {
	return !s.off.Load() && !e.off.Load() && (m == nil || !m.off.Load())
}

// WithoutMetrics has one call store its event and update no metrics.
func WithoutMetrics() TrackOption { return trackOptionFunc(withoutMetrics) }

func withoutMetrics(c *trackConfig) { c.withoutMetrics = true }

type trackOptionFunc func(*trackConfig)

func (f trackOptionFunc) applyTrack(c *trackConfig) { f(c) }
