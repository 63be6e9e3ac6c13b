// SPDX-License-Identifier: Apache-2.0

package migrate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/uniques"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// migration goes once through the documents of the old form.
type migration struct {
	db       *connect.Connection
	local    *time.Location
	batch    int
	report   *report
	shown    map[string]bool // the kinds of changes that the report has examples of
	progress *cli.Progress

	marker   *uniques.Marker // has services count the distinct users of what is converted
	unmarked bool            // the account may not write the mark
	errs     io.Writer
}

// run returns when every document that was there was looked at once, or, when ctx ends, after the batch that is being
// written.
func (m *migration) run(ctx context.Context) (err error) {
	cursor, err := m.db.Collection.Find(ctx, oldForm(), options.Find().SetBatchSize(int32(m.batch)))
	if err != nil {
		return m.db.Error("reading", err)
	}
	defer func() {
		// Without cancellation, so that the server's cursor is freed also when ctx has ended.
		if e := cursor.Close(context.WithoutCancel(ctx)); e != nil && err == nil {
			err = m.db.Error("reading", e)
		}
	}()
	for more := true; more; {
		var changes []*change
		seen := 0
		for more = cursor.Next(ctx); more; more = cursor.Next(ctx) {
			c, err := m.look(cursor.Current)
			if err != nil {
				return err
			}
			if c != nil {
				changes = append(changes, c)
			}
			if seen++; seen == m.batch {
				break
			}
		}
		if err := cursor.Err(); err != nil {
			return m.db.Error("reading", err)
		}
		if err := m.write(ctx, changes); err != nil {
			return err
		}
		m.progress.Add(seen)
		if more && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	m.report.Finished = true
	return nil
}

// look decides about a document; nil when it is left as it is, or this is a dry run.
func (m *migration) look(doc bson.Raw) (*change, error) {
	c, reason := convert(doc, m.local)
	if reason != nil {
		m.report.skip(reason.Error(), doc.Lookup(eventdoc.FieldID))
		return nil, nil
	}
	if m.report.DryRun {
		m.report.done(c)
		return nil, m.report.show(c, doc, m.shown)
	}
	// The memory of doc is the cursor's.
	c.id.Value = append([]byte(nil), c.id.Value...)
	return c, nil
}

// mark has services count what is about to be converted, as far as a window can have it.
func (m *migration) mark(ctx context.Context, changes []*change) error {
	var oldest time.Time
	found, recent := false, time.Now().Add(-uniques.MaxWindow-2*24*time.Hour)
	for _, c := range changes {
		if c.happened.After(recent) && (!found || c.accepted.Before(oldest)) {
			oldest, found = c.accepted, true
		}
	}
	if m.unmarked || !found {
		return nil
	}
	err := m.marker.Cover(ctx, oldest)
	if errors.Is(err, recordstore.ErrRefused) {
		m.unmarked = true
		connect.Unmarked(m.errs, err)
		return nil
	}
	return err
}

// commandSize is how many documents one command to the server converts. MongoDB takes many more; FerretDB 1 keeps a connection
// of its database for each until the command ends, and has a hundred.
const commandSize = 50

// write converts the documents of a batch. It does not end with ctx, so that what is said of them afterwards is right.
func (m *migration) write(ctx context.Context, changes []*change) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	for part := range slices.Chunk(changes, commandSize) {
		if err := m.writePart(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (m *migration) writePart(ctx context.Context, changes []*change) error {
	if err := m.mark(ctx, changes); err != nil {
		return err
	}
	models := make([]mongo.WriteModel, len(changes))
	for i, c := range changes {
		models[i] = mongo.NewUpdateOneModel().SetFilter(c.filter()).SetUpdate(c.update())
	}
	result, err := m.db.Collection.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	var refused mongo.BulkWriteException
	if err != nil && (!errors.As(err, &refused) || refused.WriteConcernError != nil) {
		return m.db.Error("converting a batch", err)
	}
	left := make(map[int]bool, len(refused.WriteErrors))
	for _, e := range refused.WriteErrors {
		left[e.Index] = true
		m.report.skip(fmt.Sprintf("the server refused the change with code %d", e.Code), changes[e.Index].id)
	}
	for i, c := range changes {
		if !left[i] {
			m.report.done(c)
		}
	}
	if result != nil {
		// Which of them did not match, the server does not say.
		elsewhere := int64(len(changes)-len(left)) - result.MatchedCount
		m.report.Converted -= elsewhere
		m.report.Elsewhere += elsewhere
	}
	return nil
}
