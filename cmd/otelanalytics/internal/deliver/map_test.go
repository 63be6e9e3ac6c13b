// SPDX-License-Identifier: Apache-2.0

package deliver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/internal/natstest"
)

const counting = `version: 1
metrics: {daily_users: {instrument: unique, windows: {daily: 24h}}, logins: {instrument: counter}}
every_event: {record: [{metric: daily_users}]}
events:
  login: {renamed_from: [signed_in], record: [{metric: logins}]}
`

// TestMap: with a map, the command counts distinct users beside the events, and events under the names of the map. Metrics of events are
// the services'.
func TestMap(t *testing.T) {
	collection, server := clitest.MongoDB(t), natstest.Start(t, 1).Server(0)
	t.Setenv("OTELANALYTICS_UNIQUES_KEY", "0123456789abcdef")
	file := filepath.Join(t.TempDir(), "events.yaml")
	if err := os.WriteFile(file, []byte(counting), 0o600); err != nil {
		t.Fatal(err)
	}
	publish(t, server.URL(), event(t, "login"), event(t, "signed_in"), event(t, "foreign"))
	r := start(t, "--from", server.URL(), "--map", file)
	r.has("/metrics", `otelanalytics_events_stored_total{event_type="login"} 2`, `otelanalytics_events_stored_total{event_type="other"} 1`)
	if page := r.get("/metrics"); strings.Contains(page, "logins_total") {
		t.Errorf("the page has a metric of the map:\n%s", page)
	}
	if code := r.end(); code != 0 {
		t.Errorf("the exit code is %d\n%s", code, r.errs)
	}
	names, err := collection.Database().ListCollectionNames(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	sketches := int64(0)
	for _, name := range names {
		if name != collection.Name() {
			n, err := collection.Database().Collection(name).CountDocuments(t.Context(), bson.D{})
			if err != nil {
				t.Fatal(err)
			}
			sketches += n
		}
	}
	if sketches == 0 {
		t.Errorf("no sketch was saved; the collections are %v\n%s", names, r.errs)
	}

	// Services have no connection to MongoDB, so that this command serves the numbers: those that others have saved, too.
	r = start(t, "--from", server.URL(), "--map", file)
	r.has("/metrics", `daily_users{time_period="daily"} 1`, `otelanalytics_observer_up{source="active_users"} 1`)
	if page := r.get("/metrics"); strings.Contains(page, "logins_total") {
		t.Errorf("the page has a metric of an event:\n%s", page)
	}
}
