// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// TestMarks: a mark is left where services count, and nowhere else: nobody would delete it.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		name  string
		there time.Duration // the age of a record that is there; 0: none is
		key   config.Secret
		want  int
	}{
		{"nobody counts", 0, "", 0},
		{"somebody counted a year ago", 365 * 24 * time.Hour, "", 0},
		{"a service counts", time.Minute, "", 1},
		{"the configuration has a key", 0, "0123456789abcdef", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			clitest.MongoDB(t)
			conf, err := config.Load("")
			if err != nil {
				t.Fatal(err)
			}
			conf.UniquesKey = c.key
			reader, err := connect.Reader(conf)
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			if c.there != 0 {
				r := recordstore.Record{ID: "sketch|a|" + recordstore.NewRevision(), Start: time.Now().Add(-c.there).Truncate(time.Millisecond)}
				if err := reader.Records().Put(t.Context(), r); err != nil {
					t.Fatal(err)
				}
			}
			marker := uniques.NewMarker(connect.Marks(conf, reader))
			from := time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
			for range 2 {
				if err := marker.Cover(t.Context(), from); err != nil {
					t.Fatal(err)
				}
			}
			marks, err := reader.Records().List(t.Context(), "lease|", time.Time{}, time.Time{})
			if err != nil || len(marks) != c.want || c.want > 0 && !marks[0].Start.Equal(from) {
				t.Errorf("%v, %v; want %d from %v", marks, err, c.want, from)
			}
		})
	}
}
