// SPDX-License-Identifier: Apache-2.0

package mongostore_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// TestServerTakesFewerThanABatch has a server refuse inserts of more documents than it takes, whatever it announces.
func TestServerTakesFewerThanABatch(t *testing.T) {
	said := func(code int32, message string) bson.D {
		return bson.D{{Key: "ok", Value: 0.0}, {Key: "code", Value: code}, {Key: "codeName", Value: "x"}, {Key: "errmsg", Value: message}}
	}
	for _, test := range []struct {
		name         string
		most, batch  int
		answer       bson.D
		first, later int // inserts
	}{
		{"with the number", 25, 60, said(16, "Write batch sizes must be between 1 and 25. Got 60 operations."), 4, 3},
		{"with the number, as an internal error", 25, 60, said(1, "Write batch sizes must be between 1 and 25. Got 60 operations."), 4, 3},
		{"without a number", 1_100, 2_500, said(16, "too many"), 2 + 3, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := wireserver.Start(t)
			var got inserts
			server.Script(func(c wireserver.Command) wireserver.Action {
				if c.Name != "insert" {
					return wireserver.Proceed
				}
				got.mu.Lock()
				defer got.mu.Unlock()
				got.seen = append(got.seen, c)
				if len(c.Documents) > test.most {
					return wireserver.Answer(test.answer)
				}
				return wireserver.Proceed
			})
			var log bytes.Buffer
			sink, err := mongostore.NewSink(mongostore.Config{
				URI: server.URI(), WithoutIndexes: true, Logger: slog.New(slog.NewTextHandler(&log, nil)),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer sink.Close(context.Background())
			for i, want := range []int{test.first, test.later} {
				before := len(got.all())
				verdicts, err := sink.Deliver(t.Context(), batch(t, test.batch))
				if err != nil || len(verdicts) != test.batch {
					t.Fatalf("%d verdicts, %v", len(verdicts), err)
				}
				for at, v := range verdicts {
					if v.Outcome != eventstore.Stored {
						t.Fatalf("document %d: %+v", at, v)
					}
				}
				if n := len(got.all()) - before; n != want {
					t.Errorf("delivery %d: %d inserts, want %d", i, n, want)
				}
			}
			if n := len(server.Documents()); n != 2*test.batch {
				t.Errorf("%d documents", n)
			}
			if lines := strings.Count(log.String(), "larger batches are split"); lines != test.first-test.later {
				t.Errorf("%d lines in the log:\n%s", lines, &log)
			}
		})
	}
}

// TestSplitBatchFailsInTheMiddle: what was stored has verdicts, and what was not tried has none.
func TestSplitBatchFailsInTheMiddle(t *testing.T) {
	server := wireserver.Start(t)
	stored := 0
	server.Script(func(c wireserver.Command) wireserver.Action {
		switch {
		case c.Name != "insert":
			return wireserver.Proceed
		case len(c.Documents) > 10:
			return wireserver.Answer(bson.D{
				{Key: "ok", Value: 0.0}, {Key: "code", Value: 16}, {Key: "errmsg", Value: "Write batch sizes must be between 1 and 10. Got 35 operations."},
			})
		case stored == 2:
			return wireserver.Answer(wireserver.Failure(11601, "Interrupted"))
		}
		stored++
		return wireserver.Proceed
	})
	sink := sinkOf(t, mongostore.Config{URI: server.URI(), WithoutIndexes: true})
	verdicts, err := sink.Deliver(t.Context(), batch(t, 35))
	var failed *eventstore.DeliveryError
	if !errors.As(err, &failed) || failed.Blame != eventstore.BlameSink || len(verdicts) != 20 || len(server.Documents()) != 20 {
		t.Errorf("%d verdicts, %d documents, %v", len(verdicts), len(server.Documents()), err)
	}
}

// TestLengthOfOneDocument: a small insert that is refused for a length is not taken for one of too many documents.
func TestLengthOfOneDocument(t *testing.T) {
	server := wireserver.Start(t)
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name == "insert" {
			return wireserver.Answer(wireserver.Failure(16, "InvalidLength"))
		}
		return wireserver.Proceed
	})
	sink := sinkOf(t, mongostore.Config{URI: server.URI(), WithoutIndexes: true, WriteTimeout: time.Minute})
	verdicts, err := sink.Deliver(t.Context(), batch(t, 100))
	var failed *eventstore.DeliveryError
	if !errors.As(err, &failed) || failed.Blame != eventstore.BlameEvents || len(verdicts) != 0 {
		t.Errorf("%d verdicts, %v", len(verdicts), err)
	}
}
