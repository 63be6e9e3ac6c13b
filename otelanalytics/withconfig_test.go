// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// TestWithConfig has the settings of a configuration reach the client. The zero value of a field is its default.
func TestWithConfig(t *testing.T) {
	m, err := eventmap.Parse([]byte("version: 1\nevents: {login: {}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	type settings struct {
		Keys      int
		Ack       Ack
		Strict    bool
		RedactKey string
		Switches  config.Runtime
	}
	const key = "0123456789abcdef"
	standard := settings{Keys: config.DefaultKeyWindow}
	for _, c := range []struct {
		name    string
		options []Option
		want    settings
	}{
		{"no configuration", nil, standard},
		{"the zero value", []Option{WithConfig(config.Config{})}, standard},
		{"the defaults written out", []Option{WithConfig(config.Default())}, standard},
		{"no keys", []Option{WithConfig(config.Config{KeyWindow: config.NoKeyWindow})}, settings{}},
		{"few keys", []Option{WithConfig(config.Config{KeyWindow: 7})}, settings{Keys: 7}},
		{
			"everything",
			[]Option{WithConfig(config.Config{
				KeyWindow: 7, Ack: AckStored, Strict: true, RedactKey: key,
				MetricsDisabled: true, DisabledModules: []string{"shop"}, DisabledEvents: []string{"login"},
			})},
			settings{
				Keys: 7, Ack: AckStored, Strict: true, RedactKey: key,
				Switches: config.Runtime{MetricsDisabled: true, DisabledModules: []string{"shop"}, DisabledEvents: []string{"login"}},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			made, err := newClientConfig(m, c.options)
			if err != nil {
				t.Fatal(err)
			}
			made.switches.LogLevels = nil
			got := settings{made.keys, made.track.ack, made.strict, string(made.redactKey), made.switches}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if made.levels == nil {
				t.Error("there are no levels that Configure could change")
			}
		})
	}
}
