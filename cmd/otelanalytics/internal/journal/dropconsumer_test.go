// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
)

// storeThree stores three events.
func storeThree(t *testing.T, store *eventstore.Store) {
	t.Helper()
	for n := range byte(3) {
		e := eventstore.Event{ID: [16]byte{n}, Type: "login", Document: []byte{5, 0, 0, 0, 0}}
		if _, err := store.Append(t.Context(), e, eventstore.AckWritten); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A consumer that no service has is shown by inspect, and dropped while the service does not run.
func TestDropConsumer(t *testing.T) {
	dir := t.TempDir()
	c := memsink.NewConsumer("sketches")
	c.Fail(errors.New("no"))
	store, err := eventstore.Open(t.Context(), memsink.New(), eventstore.Config{
		Dir: dir, Consumers: []eventstore.Consumer{c.Consumer()}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	storeThree(t, store)
	if code, _, errs := clitest.Run(t, journal.New(), "drop-consumer", dir, "sketches"); code == 0 || !strings.Contains(errs, "in use") {
		t.Errorf("while the service runs: exit code %d\n%s", code, errs)
	}
	if err := store.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"inspect", dir}, 0, "CONSUMER  DONE UP TO  PENDING\nsketches  0           3\n"},
		{[]string{"inspect", "-o", "json", dir}, 0, `"name": "sketches"`},
		{[]string{"drop-consumer", dir, "sketch"}, 2, `there is no consumer "sketch"`},
		{[]string{"drop-consumer", dir}, 2, "DIR and NAME"},
		{[]string{"drop-consumer", t.TempDir(), "sketches"}, 2, "has no journal"},
		{[]string{"drop-consumer", "-o", "json", dir, "sketches"}, 0, `"dropped": "sketches"`},
		{[]string{"drop-consumer", dir, "sketches"}, 2, `there is no consumer "sketches"`},
		{[]string{"inspect", "-o", "json", dir}, 0, `"consumers": []`},
	} {
		code, out, errs := clitest.Run(t, journal.New(), step.args...)
		if code != step.code || !strings.Contains(out+errs, step.text) {
			t.Errorf("%v: exit code %d, want %d and %q in\n%s%s", step.args, code, step.code, step.text, out, errs)
		}
	}
}
