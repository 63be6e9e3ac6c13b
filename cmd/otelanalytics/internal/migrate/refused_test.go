// SPDX-License-Identifier: Apache-2.0

package migrate_test

import (
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/migrate"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// server has n documents of the old form, with the numbers from 0 on as _id, and answers updates as update says. What
// FerretDB does not do can be seen here: refusing single changes of a command, and going away in the middle.
func server(t *testing.T, n int, update func() wireserver.Action) {
	t.Helper()
	s := wireserver.Start(t)
	docs := bson.A{}
	for i := range n {
		docs = append(docs, bson.D{{Key: "_id", Value: i}, {Key: "user_id", Value: "s3cret"}, {Key: "timestamp", Value: "2024-07-01T12:00:00"}})
	}
	cursor := func(batch bson.A) wireserver.Action {
		return wireserver.Answer(bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{
			{Key: "id", Value: int64(0)}, {Key: "ns", Value: "analytics.user_events"}, {Key: "firstBatch", Value: batch},
		}}})
	}
	s.Script(func(c wireserver.Command) wireserver.Action {
		switch c.Name {
		case "aggregate":
			return cursor(bson.A{bson.D{{Key: "n", Value: n}}})
		case "find":
			return cursor(docs)
		case "update":
			return update()
		default:
			return wireserver.Proceed
		}
	})
	t.Setenv("OTELANALYTICS_MONGODB_URI", s.ImpatientURI())
}

// TestRefusedByTheServer: what the server does not take is left, and the rest goes on.
func TestRefusedByTheServer(t *testing.T) {
	server(t, 3, func() wireserver.Action {
		return wireserver.Answer(bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}, {Key: "nModified", Value: 1}, {Key: "writeErrors", Value: bson.A{
			bson.D{{Key: "index", Value: 1}, {Key: "code", Value: 121}, {Key: "errmsg", Value: "Document failed validation: s3cret"}},
		}}})
	})
	code, out, errs := clitest.Run(t, migrate.New(), "-o", "json")
	s := decode(t, out)
	// Of the two that were not refused, one was no longer as it was read.
	if code != 1 || !s.Finished || s.Converted != 1 || s.Elsewhere != 1 || len(s.Skipped) != 1 || s.Skipped[0].Reason != "the server refused the change with code 121" ||
		len(s.Skipped[0].IDs) != 1 || !slices.ContainsFunc(s.Skipped[0].IDs, func(id string) bool { return strings.Contains(id, "1") }) || strings.Contains(out+errs, "s3cret") {
		t.Errorf("exit code %d, %+v\n%s%s", code, s, out, errs)
	}
}

// TestServerGoesAway: what was done is said, and that the command goes on where it was.
func TestServerGoesAway(t *testing.T) {
	commands := 0
	server(t, 120, func() wireserver.Action {
		if commands++; commands > 2 { // the driver tries once more
			return wireserver.Break()
		}
		return wireserver.Answer(bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 50}, {Key: "nModified", Value: 50}})
	})
	code, out, errs := clitest.Run(t, migrate.New(), "-o", "json")
	s := decode(t, out)
	if code != 2 || s.Finished || s.Converted != 100 || !strings.Contains(errs, "converting a batch: ") || !strings.Contains(errs, "100 documents converted; run the same command again") ||
		strings.Contains(out+errs, "s3cret") {
		t.Errorf("exit code %d, %+v\n%s%s", code, s, out, errs)
	}
}

// TestWholeCommandRefused: an account that must not write.
func TestWholeCommandRefused(t *testing.T) {
	server(t, 3, func() wireserver.Action { return wireserver.Answer(wireserver.Failure(13, "Unauthorized")) })
	code, out, errs := clitest.Run(t, migrate.New(), "-o", "json")
	if s := decode(t, out); code != 2 || s.Converted != 0 || !strings.Contains(errs, "code 13 (Unauthorized)") {
		t.Errorf("exit code %d, %+v\n%s", code, s, errs)
	}
}
