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

// Switches turn metrics on and off while the service runs. There is a switch for the client, for each module, for each
// event and for the call (see [WithoutMetrics]). A call updates metrics only when all four are on. Events are stored
// whatever the switches are, and the SDK's own metrics continue. A switch applies to every call that begins after it
// was set. The methods are safe for concurrent use.
//
// Some events come in pairs that add to an up_down_counter and subtract from it. If a switch makes it miss one event of
// a pair, it stays wrong by one until the service restarts. Turn such metrics off permanently, or not at all.
type Switches struct {
	client *Client
	off    atomic.Bool // the client's
}

// SetMetrics turns the metrics of the whole client on or off. They are on by default, unless the configuration turns
// them off.
func (s *Switches) SetMetrics(on bool) { s.off.Store(!on) }

// Metrics reports whether the client's switch is on.
func (s *Switches) Metrics() bool { return !s.off.Load() }

// SetModule turns the metrics of a module on or off, whether the module is in use already or not. They are on by
// default. The name is kept for the life of the client, as [Client.Module] keeps it.
func (s *Switches) SetModule(name string, on bool) { s.client.Module(name).off.Store(!on) }

// Module reports whether the switch of a module is on. It does not create the module: a module that is not in use is
// on.
func (s *Switches) Module(name string) bool {
	m, known := s.client.knownModule(name)
	return !known || !m.off.Load()
}

// SetEvent turns the metrics of one entry of the map's events on or off. For a pattern, pass the pattern. They are on
// by default, unless the map has enabled: false. An earlier name of the event (renamed_from) works, too. For a name
// that the map does not declare, it returns ErrUnknownEvent.
func (s *Switches) SetEvent(name string, on bool) error {
	e, ok := s.client.declared(name)
	if !ok {
		return fmt.Errorf("%w: %q is not in the event map", ErrUnknownEvent, shortened(name))
	}
	e.off.Store(!on)
	return nil
}

// Event reports whether the switch of an entry of the map is on. An entry that the map does not declare is off, since
// it records nothing.
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

// configure sets every switch. Switches that the settings do not mention are on, unless the map turns them off.
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

// Configure sets every metrics switch and every log level while the client runs. It discards earlier changes through
// [Switches]. [config.Config.Runtime] returns the settings of a configuration that was loaded anew. If the map does not
// declare an event of the settings, Configure returns an error and changes nothing.
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

// WithoutMetrics makes one call store its event without updating metrics.
func WithoutMetrics() TrackOption { return trackOptionFunc(withoutMetrics) }

func withoutMetrics(c *trackConfig) { c.withoutMetrics = true }

type trackOptionFunc func(*trackConfig)

func (f trackOptionFunc) applyTrack(c *trackConfig) { f(c) }
