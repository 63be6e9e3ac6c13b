// SPDX-License-Identifier: Apache-2.0

package quarantine_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const checkedMap = `
version: 1
on_violation: quarantine
events: {paid: {data: {currency: {type: string, values: [EURMORE]}, card: {type: string, required: true, redact: hash}}}}
`

// TestReplayChecksTheMap: events that did not keep to the map stay without one, and under one that they violate.
func TestReplayChecksTheMap(t *testing.T) {
	r := newRefusing(t)
	dir := t.TempDir()
	file := func(name, more string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(checkedMap, "MORE", more)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	before, after := file("before.yaml", ""), file("after.yaml", ", CHF")
	m, err := eventmap.ParseFile(before)
	if err != nil {
		t.Fatal(err)
	}
	client, err := otelanalytics.New(m, otelanalytics.WithStore(r.open(t)), otelanalytics.WithMeterProvider(noop.NewMeterProvider()),
		otelanalytics.WithRedactKey(make([]byte, 16)), otelanalytics.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	for _, currency := range []string{"CHF", "XXX"} {
		if err := client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: map[string]any{"currency": currency, "card": "4711"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, out, _ := run(t, 0, "list", "--events"); got.Count != 2 || got.Groups[0].Reason != "event_map" || strings.Contains(out, "4711") {
		t.Errorf("list: %s", out)
	}
	for args, want := range map[string][2]string{
		"replay":                     {`"unchecked": 2`, "2 events not stored"},
		"replay --map " + before:     {`"unchecked": 2`, "2 events not stored"},
		"replay --map missing":       {"", "missing"},
		"replay --map=" + dir + "/x": {"", "no such file"},
	} {
		code, out, errs := clitest.Run(t, quarantine.New(), append(strings.Fields(args), "-o", "json")...)
		if code == 0 || !strings.Contains(out, want[0]) || !strings.Contains(errs, want[1]) {
			t.Errorf("%s: exit code %d\n%s%s", args, code, out, errs)
		}
	}
	code, text, errs := clitest.Run(t, quarantine.New(), "replay", "--map", after)
	if code != 1 || r.stored(t) != 1 || !strings.Contains(text, "left: 1 event, which did not keep to the event map") {
		t.Errorf("exit code %d, %d stored\n%s%s", code, r.stored(t), text, errs)
	}
}
