// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

func TestLevelsOfAClient(t *testing.T) {
	m := servicetest.Map(t, "version: 1\n")
	out := new(bytes.Buffer)
	c := config.Default()
	rec := analyticstest.New(t, m, otelanalytics.WithConfig(c), otelanalytics.WithLogger(slog.New(slog.NewTextHandler(out, nil))))
	unknown := func(eventType string) bool {
		t.Helper()
		out.Reset()
		if err := rec.Client.Module("shop").Track(t.Context(), otelanalytics.Event{Type: eventType}); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(out.String(), "event_type="+eventType)
	}
	if !unknown("a") {
		t.Error("nothing is warned about without levels")
	}
	again := config.Default()
	levels, err := config.ParseLevels("shop=error")
	if err != nil {
		t.Fatal(err)
	}
	again.LogLevels = levels
	if err := rec.Client.Configure(again.Runtime()); err != nil {
		t.Fatal(err)
	}
	if unknown("b") {
		t.Error("the module's level is not followed after Configure")
	}
	if err := c.LogLevels.Set("shop", "warn"); err != nil {
		t.Fatal(err)
	}
	if !unknown("c") {
		t.Error("the module's level is not followed after Set")
	}
	if err := rec.Client.Configure(config.Runtime{}); err != nil {
		t.Fatal(err)
	}
	if got := c.LogLevels.String(); got != "" {
		t.Errorf("levels that the configuration does not have any more: %s", got)
	}
}

// Levels that a program hands over are followed from the first call on, and when they change.
func TestLevelsOfAProgram(t *testing.T) {
	m := servicetest.Map(t, "version: 1\n")
	levels, err := config.ParseLevels("shop=error")
	if err != nil {
		t.Fatal(err)
	}
	out := new(bytes.Buffer)
	rec := analyticstest.New(t, m, otelanalytics.WithLogLevels(levels), otelanalytics.WithLogger(slog.New(slog.NewTextHandler(out, nil))))
	for _, c := range []struct{ level, eventType, want string }{{"error", "a", ""}, {"warn", "b", "event_type=b"}} {
		if err := levels.Set("shop", c.level); err != nil {
			t.Fatal(err)
		}
		out.Reset()
		if err := rec.Client.Module("shop").Track(t.Context(), otelanalytics.Event{Type: c.eventType}); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("level %s: the log is %q, want %q in it", c.level, got, c.want)
		}
	}
}
