// SPDX-License-Identifier: Apache-2.0

package doctor_test

import (
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/uniques"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// TestDistinctUsers: the sketches can be read, or the check says what is missing.
func TestDistinctUsers(t *testing.T) {
	s := newService(t)
	s.sell(1)
	s.examine().want("uniques", "ok", "no distinct users are counted")
	path := clitest.File(t, "events.yaml", "version: 1\nmetrics: {users: {instrument: unique}}\nevery_event: {record: [{metric: users}]}\nevents: {sold: {}}\n")
	s.examine("--map", path).want("uniques", "warning", "declares 1 metric of distinct users", "set OTELANALYTICS_UNIQUES_KEY")
	t.Setenv("OTELANALYTICS_UNIQUES_KEY_COLLECTION", "sketch_key")
	s.examine("--map", path).want("uniques", "warning", "there is no key of sketches in sketch_key", "set uniques_key_collection")
	t.Setenv("OTELANALYTICS_UNIQUES_KEY", "0123456789abcdef")
	s.examine("--map", path).want("uniques", "ok", "3 numbers in 0 records")
	reader, err := mongostore.NewReader(mongostore.Config{URI: s.mongo.URI(), Database: s.db.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := uniques.Mark(t.Context(), reader.Records(), time.Now()); err != nil {
		t.Fatal(err)
	}
	s.examine("--map", path).want("uniques", "ok", "3 numbers in 1 record")
	hour := time.Now().UTC().Truncate(time.Hour)
	damaged := recordstore.Record{ID: "sketch|users||" + hour.Format("2006-01-02T15:04Z") + "|3600|a|" + recordstore.NewRevision(), Start: hour, Data: []byte("damaged")}
	if err := reader.Records().Put(t.Context(), damaged); err != nil {
		t.Fatal(err)
	}
	s.examine("--map", path).want("uniques", "warning", "1 record of sketches cannot be read", "otelanalytics uniques rebuild")
}
