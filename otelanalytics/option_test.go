// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// TestMistakesInOptions has every mistake reported at once, whether it comes by an option or a Config.
func TestMistakesInOptions(t *testing.T) {
	_, err := otelanalytics.New(nil,
		otelanalytics.WithConfig(config.Config{KeyWindow: -5, RedactKey: "abc"}),
		otelanalytics.WithKeyWindow(-1), otelanalytics.WithDefaultAck(9), otelanalytics.WithStore(nil),
		otelanalytics.WithBeforeTrack(nil), otelanalytics.WithRedactKey(nil), nil)
	const want = `otelanalytics: Config.KeyWindow is -5; it must be at least 0, or config.NoKeyWindow
otelanalytics: Config.RedactKey has 3 bytes; it must have at least 16
otelanalytics: WithKeyWindow(-1): must be at least 0
otelanalytics: WithStore(nil): open a store with mongostore.Open, or leave the option out for metrics only
otelanalytics: WithBeforeTrack(nil): give a function, or leave the option out
otelanalytics: WithRedactKey: the key has 0 bytes; it must have at least 16
otelanalytics: WithDefaultAck(9): known are 0 (written), 1 (synced), 2 (stored)
otelanalytics: the event map is nil: load one with eventmap.ParseFile`
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

// TestOptionsGoBeforeConfig holds whatever their order.
func TestOptionsGoBeforeConfig(t *testing.T) {
	cfg := config.Default()
	cfg.Ack = 9 // would be refused
	for name, options := range map[string][]otelanalytics.Option{
		"option last":  {otelanalytics.WithConfig(cfg), otelanalytics.WithDefaultAck(otelanalytics.AckSynced)},
		"option first": {otelanalytics.WithDefaultAck(otelanalytics.AckSynced), otelanalytics.WithConfig(cfg)},
	} {
		if _, err := otelanalytics.New(parse(t), options...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
