// SPDX-License-Identifier: Apache-2.0

package deliver_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/user"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
)

// TestSuppressed: a group that reads the log from its start does not bring back the events of a user who was deleted and suppressed. It
// acknowledges them. Without suppression, they return.
func TestSuppressed(t *testing.T) {
	collection, server := clitest.MongoDB(t), natstest.Start(t, 1).Server(0)
	t.Setenv("OTELANALYTICS_SUPPRESS_KEY", "0123456789abcdef")
	remove := func(args ...string) {
		t.Helper()
		args = append([]string{"delete", "u", "--without-journal", "--yes"}, args...)
		if code, _, errs := clitest.Run(t, user.New(), args...); code != 0 || count(t, collection) != 0 {
			t.Fatalf("code %d, %d documents: %s", code, count(t, collection), errs)
		}
	}
	publish(t, server.URL(), event(t, "e"), event(t, "e"), event(t, "e"))
	for _, group := range []string{"first", "second"} {
		r := start(t, "--from", server.URL(), "--group", group)
		r.has("/metrics", `otelanalytics_events_stored_total{event_type="e"} 3`)
		r.end()
		remove()
	}
	remove("--suppress", "--wait", "0")
	r := start(t, "--from", server.URL(), "--group", "third")
	r.has("/metrics", `otelanalytics_events_suppressed_total{event_type="e"} 3`,
		`otelanalytics_log_pending{log="nats OTELANALYTICS as third"} 0`, `otelanalytics_log_unacknowledged{log="nats OTELANALYTICS as third"} 0`)
	r.end()
	if n := count(t, collection); n != 0 {
		t.Errorf("%d documents of the user are back", n)
	}
}
