// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const gaugeMap = `
version: 1
metrics:
  waiting:
    instrument: gauge
    description: Who waits.
    attributes: {kind: {values: [human, bot]}}
  hidden: {instrument: gauge, enabled: false}
  logins: {instrument: counter}
events:
  login: {record: [{metric: logins}]}
`

func waiting(humans float64) func(set func(float64, ...string)) {
	return func(set func(float64, ...string)) { set(humans, "kind", "human") }
}

func TestObserveGauge(t *testing.T) {
	for _, c := range []struct {
		name    string
		observe func(*otelanalytics.Client) (*otelanalytics.Gauge, error)
		off     func(*otelanalytics.Switches)
	}{
		{
			"client", func(c *otelanalytics.Client) (*otelanalytics.Gauge, error) { return c.ObserveGauge("waiting") },
			func(s *otelanalytics.Switches) { s.SetMetrics(false) },
		},
		{
			"module", func(c *otelanalytics.Client) (*otelanalytics.Gauge, error) {
				return c.Module("queue").ObserveGauge("waiting")
			},
			func(s *otelanalytics.Switches) { s.SetModule("queue", false) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{t: t, log: new(servicetest.Log), eventMap: servicetest.Map(t, gaugeMap)}
			s.run()
			const one, two = "\nwaiting{kind=\"human\"} 1\n", "\nwaiting{kind=\"human\"} 2\n"
			shows := func(when, line string, want bool) {
				t.Helper()
				if strings.Contains(s.page(""), line) != want {
					t.Errorf("%s: the page has%q: %v, want %v", when, line, !want, want)
				}
			}
			g, err := c.observe(s.client)
			if err != nil {
				t.Fatal(err)
			}
			shows("before the first values", "\nwaiting{", false)
			g.Replace(waiting(1))
			shows("replaced", one, true)
			g.Replace(waiting(2))
			shows("replaced again", two, true)
			shows("replaced again", one, false)
			if _, err := c.observe(s.client); err == nil {
				t.Error("observed twice")
			}
			if err := g.Stop(); err != nil {
				t.Fatal(err)
			}
			shows("stopped", "\nwaiting{", false)
			if g, err = c.observe(s.client); err != nil {
				t.Fatalf("observed anew: %v", err)
			}
			g.Replace(waiting(1))
			shows("observed anew", one, true)
			c.off(s.client.Switches())
			shows("switched off", "\nwaiting{", false)
		})
	}
}

func TestObserveGaugeMistakes(t *testing.T) {
	s := &service{t: t, log: new(servicetest.Log), eventMap: servicetest.Map(t, gaugeMap)}
	s.run()
	for _, metric := range []string{"nowhere", "logins"} {
		if g, err := s.client.ObserveGauge(metric); err == nil || g != nil {
			t.Errorf("%s: got %v, %v", metric, g, err)
		}
	}
}

// TestGaugeThatIsNotExported does nothing, without an error and without reading anything.
func TestGaugeThatIsNotExported(t *testing.T) {
	s := &service{t: t, log: new(servicetest.Log), eventMap: servicetest.Map(t, gaugeMap)}
	s.run()
	hidden, err := s.client.ObserveGauge("hidden")
	if err != nil {
		t.Fatal(err)
	}
	nop, err := otelanalytics.NewNop().Module("queue").ObserveGauge("any")
	if err != nil {
		t.Fatal(err)
	}
	for name, g := range map[string]*otelanalytics.Gauge{"disabled by the map": hidden, "client that does nothing": nop, "zero value": {}} {
		g.Replace(func(func(float64, ...string)) { t.Errorf("%s: values were asked for", name) })
		if err := g.Stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSetAfterFill: a function that was given to fill changes nothing once fill has returned.
func TestSetAfterFill(t *testing.T) {
	s := &service{t: t, log: new(servicetest.Log), eventMap: servicetest.Map(t, gaugeMap)}
	s.run()
	g, err := s.client.ObserveGauge("waiting")
	if err != nil {
		t.Fatal(err)
	}
	var late func(float64, ...string)
	g.Replace(func(set func(float64, ...string)) {
		set(1, "kind", "human")
		late = set
	})
	late(2, "kind", "bot")
	s.has(`waiting{kind="human"} 1`)
	if strings.Contains(s.page(""), `waiting{kind="bot"}`) {
		t.Error("the late series is on the page")
	}
}
