// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// login tracks one login through every way that there is, and is told how many calls that makes.
func login(t *testing.T, rec *analyticstest.Recorder, options ...otelanalytics.TrackOption) (calls float64) {
	t.Helper()
	e := otelanalytics.Event{Type: "user_logged_in", Data: map[string]any{"auth_method": "email"}}
	typed, err := rec.Client.EventType("user_logged_in")
	if err != nil {
		t.Fatal(err)
	}
	for _, track := range []func(context.Context, otelanalytics.Event, ...otelanalytics.TrackOption) error{
		rec.Client.Track,
		typed.Track,
		func(ctx context.Context, e otelanalytics.Event, o ...otelanalytics.TrackOption) error {
			return rec.Client.TrackBatch(ctx, []otelanalytics.Event{e}, o...)
		},
	} {
		if err := track(t.Context(), e, options...); err != nil {
			t.Fatal(err)
		}
		calls++
	}
	return calls
}

func TestSwitches(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(s *otelanalytics.Switches, on bool) error
		get  func(s *otelanalytics.Switches) bool
	}{
		{
			"client",
			func(s *otelanalytics.Switches, on bool) error { s.SetMetrics(on); return nil },
			(*otelanalytics.Switches).Metrics,
		},
		{
			"event",
			func(s *otelanalytics.Switches, on bool) error { return s.SetEvent("user_logged_in", on) },
			func(s *otelanalytics.Switches) bool { return s.Event("user_logged_in") },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := analyticstest.New(t, parse(t))
			s := rec.Client.Switches()
			events, recorded := 0.0, 0.0
			for _, on := range []bool{true, false, true} {
				if err := c.set(s, on); err != nil {
					t.Fatal(err)
				}
				if c.get(s) != on {
					t.Errorf("the switch is %v after it was set to %v", !on, on)
				}
				calls := login(t, rec)
				events += calls
				if on {
					recorded += calls
				}
				if got := float64(len(rec.Events("user_logged_in"))); got != events {
					t.Errorf("on=%v: %v events stored, want %v", on, got, events)
				}
				for _, e := range rec.Events("user_logged_in")[int(events-calls):] {
					if e.WithoutMetrics == on {
						t.Errorf("on=%v: a document says that metrics were on: %v", on, !e.WithoutMetrics)
					}
				}
				if got := rec.Delta("user_logins", "auth_method", "email"); got != recorded {
					t.Errorf("on=%v: %v recorded, want %v", on, got, recorded)
				}
			}
		})
	}
}

func TestSwitchOfACall(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	calls := login(t, rec, otelanalytics.WithoutMetrics())
	if got := float64(len(rec.Events("user_logged_in"))); got != calls {
		t.Errorf("%v events stored, want %v", got, calls)
	}
	for _, e := range rec.Events("user_logged_in") {
		if !e.WithoutMetrics {
			t.Error("a document does not say that metrics were off")
		}
	}
	if got := rec.Delta("user_logins"); got != 0 {
		t.Errorf("%v recorded, want none", got)
	}
}

func TestSwitchOfAModule(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	users, shop := rec.Client.Module("users"), rec.Client.Module("shop")
	rec.Client.Switches().SetModule("users", false)
	rec.Client.Switches().SetModule("not used yet", false)
	e := otelanalytics.Event{Type: "user_logged_in", Data: map[string]any{"auth_method": "email"}}
	for _, m := range []*otelanalytics.Module{users, shop, rec.Client.Module("not used yet")} {
		if err := m.Track(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		typed, err := m.EventType("user_logged_in")
		if err != nil {
			t.Fatal(err)
		}
		if err := typed.Track(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if err := m.TrackBatch(t.Context(), []otelanalytics.Event{e, e}); err != nil {
			t.Fatal(err)
		}
		if err := m.Record(t.Context(), "request", map[string]any{"method": "GET"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := rec.Client.Track(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if got := rec.Delta("user_logins"); got != 5 {
		t.Errorf("%v logins recorded, want those of shop and that without a module, 5", got)
	}
	if got := rec.Delta("requests"); got != 1 {
		t.Errorf("%v requests recorded, want that of shop", got)
	}
	modules := map[string]int{}
	for _, e := range rec.Events("") {
		modules[e.Module]++
	}
	if modules["users"] != 4 || modules["shop"] != 4 || modules["not used yet"] != 4 || modules[""] != 1 {
		t.Errorf("modules of the documents: %v", modules)
	}
}

// TestAskingMakesNoModule asks about modules that are not in use, and about names that are no text.
func TestAskingMakesNoModule(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	s := rec.Client.Switches()
	s.SetModule("shop", false)
	s.SetModule("bad\xff", false)
	before := rec.Client.ModuleCount()
	for name, on := range map[string]bool{"shop": false, "bad\xff": false, "bad\uFFFD": false, "users": true, "": true, "never\xff": true} {
		if s.Module(name) != on {
			t.Errorf("the switch of %q is %v, want %v", name, !on, on)
		}
	}
	if after := rec.Client.ModuleCount(); after != before {
		t.Errorf("%d modules after the questions, %d before", after, before)
	}
}

func TestEventThatStartsDisabled(t *testing.T) {
	m := servicetest.Map(t, `
version: 1
metrics:
  clicks: {instrument: counter}
  never: {instrument: counter, enabled: false}
events:
  click:
    enabled: false
    record: [{metric: clicks}, {metric: never}]
`)
	rec := analyticstest.New(t, m)
	track := func() {
		t.Helper()
		if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "click"}); err != nil {
			t.Fatal(err)
		}
	}
	track()
	if err := rec.Client.Switches().SetEvent("click", true); err != nil {
		t.Fatal(err)
	}
	track()
	if got := rec.Delta("clicks"); got != 1 {
		t.Errorf("%v clicks recorded, want the one after the switch", got)
	}
	if got := len(rec.Events("click")); got != 2 {
		t.Errorf("%d clicks stored, want 2", got)
	}
	if err := rec.Client.Configure(config.Runtime{}); err != nil {
		t.Fatal(err)
	}
	if rec.Client.Switches().Event("click") {
		t.Error("a configuration that does not mention the event turned it on against the map")
	}
}

func TestConfigureSetsAllSwitches(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	s := rec.Client.Switches()
	s.SetModule("users", false)
	err := rec.Client.Configure(config.Runtime{DisabledModules: []string{"shop"}, DisabledEvents: []string{"order.*"}})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Metrics() || !s.Module("users") || s.Module("shop") || s.Event("order.*") || !s.Event("user_logged_in") {
		t.Error("the switches are not those of the configuration")
	}
	if err := rec.Client.Configure(config.Runtime{MetricsDisabled: true, DisabledEvents: []string{"typo"}}); err == nil || !s.Metrics() {
		t.Errorf("error %v; an event that the map does not declare must be refused and nothing changed", err)
	}
}

func TestSwitchOfAnUndeclaredEvent(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	if err := rec.Client.Switches().SetEvent("typo", false); !errors.Is(err, otelanalytics.ErrUnknownEvent) {
		t.Errorf("error %v, want ErrUnknownEvent", err)
	}
	_, err := otelanalytics.New(parse(t), otelanalytics.WithConfig(config.Config{DisabledEvents: []string{"typo"}}))
	const want = `otelanalytics: the disabled event "typo" is not in the event map, which has user_logged_in, order.*, page_viewed, request`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestSwitchesUnderLoad flips a switch while many goroutines track, and between phases in which it stands still: what
// is tracked in such a phase is recorded to the last call, or not at all.
func TestSwitchesUnderLoad(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	s := rec.Client.Switches()
	module := rec.Client.Module("users")
	const goroutines, calls = 8, 200
	track := func() {
		var wg sync.WaitGroup
		for range goroutines {
			wg.Go(func() {
				for range calls {
					if err := module.Track(t.Context(), otelanalytics.Event{Type: "user_logged_in", Data: map[string]any{"auth_method": "email"}}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	flips := map[string]func(on bool){
		"client": s.SetMetrics,
		"module": func(on bool) { s.SetModule("users", on) },
		"event": func(on bool) {
			if err := s.SetEvent("user_logged_in", on); err != nil {
				t.Error(err)
			}
		},
	}
	events := 0
	for name, flip := range flips {
		for _, on := range []bool{false, true, false, true} {
			flip(on)
			before := rec.Delta("user_logins")
			track()
			events += goroutines * calls
			want := 0.0
			if on {
				want = goroutines * calls
			}
			if got := rec.Delta("user_logins") - before; got != want {
				t.Errorf("%s %v: %v recorded, want %v", name, on, got, want)
			}
		}
		// Flipped while calls are under way: each of them is recorded once or not at all.
		before := rec.Delta("user_logins")
		flipped := make(chan struct{})
		go func() {
			defer close(flipped)
			for i := range 1_000 {
				flip(i%2 == 1)
			}
		}()
		track()
		<-flipped
		events += goroutines * calls
		if got := rec.Delta("user_logins") - before; got < 0 || got > goroutines*calls {
			t.Errorf("%s flipped meanwhile: %v recorded of %v", name, got, goroutines*calls)
		}
	}
	if got := len(rec.Events("user_logged_in")); got != events {
		t.Errorf("%d events stored, want %d", got, events)
	}
}
