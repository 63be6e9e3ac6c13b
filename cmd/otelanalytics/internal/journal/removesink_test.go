// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// gone is a sink that takes nothing.
type gone struct{}

func (gone) Deliver(context.Context, []eventstore.Event) ([]eventstore.Verdict, error) {
	return nil, errors.New("gone")
}

// A sink that is not configured any more is shown, and taken away while the service does not run.
func TestRemoveSink(t *testing.T) {
	dir := t.TempDir()
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{
		Dir: dir, Sinks: []eventstore.SinkConfig{{Name: "copy", Sink: gone{}}}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	storeThree(t, store)
	if code, _, errs := clitest.Run(t, journal.New(), "remove-sink", "--yes", dir, "copy"); code == 0 || !strings.Contains(errs, "in use") {
		t.Errorf("while the service runs: exit code %d\n%s", code, errs)
	}
	ended, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_ = store.Shutdown(ended)
	for _, step := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"inspect", dir}, 0, "SINK  HAS UP TO  PENDING  BYTES  OLDEST\ncopy  0          3        81     "},
		{[]string{"inspect", "-o", "json", dir}, 0, `"consumers": []`},
		{[]string{"sinks", dir}, 0, "1 sink after the first; the last event has the number 3\n\nSINK  HAS UP TO"},
		{[]string{"sinks", "-o", "json", dir}, 0, `"pending_bytes": 81`},
		{[]string{"remove-sink", dir, "copy"}, 1, "sink copy does not have 3 events, and would never get them; nothing was changed"},
		{[]string{"remove-sink", dir, "other"}, 1, `no sink "other"`},
		{[]string{"remove-sink", "--yes", dir, "other"}, 2, `no sink "other"`},
		{[]string{"remove-sink", "--yes", dir}, 2, "DIR and NAME"},
		{[]string{"remove-sink", "--yes", t.TempDir(), "copy"}, 2, "has no journal"},
		{[]string{"drop-consumer", dir, "sink.copy"}, 2, "RemoveSink"},
		{[]string{"remove-sink", "--yes", dir, "copy"}, 0, "sink copy is removed; it did not get 3 events\n"},
		{[]string{"remove-sink", "--yes", dir, "copy"}, 2, `no sink "copy"`},
		{[]string{"sinks", dir}, 0, "no sink after the first"},
	} {
		code, out, errs := clitest.Run(t, journal.New(), step.args...)
		if code != step.code || !strings.Contains(out+errs, step.text) {
			t.Errorf("%v: exit code %d, want %d and %q in\n%s%s", step.args, code, step.code, step.text, out, errs)
		}
	}
}
