// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Export writes each document of the collection with that user_id to w, whole, as relaxed Extended JSON, one in a line,
// in no particular order, and returns how many. Fields of the data have the names that the caller of Track gave them. It takes as long as ctx allows, and the memory of one batch. It reads the
// primary, whatever read preference the connection string has.
//
// That is not everything that is kept of a user: what waits in the journals of services, and what is in their quarantine
// files, is known to [Store.Export] alone.
//
// [WithLinked] takes other ids of the person along. The anonymous events, of the user "", are nobody's: ErrQuery. Further errors are eventstore.ErrClosed, ctx's, MongoDB's and
// those of w; the result says what was written until then.
func (r *Reader) Export(ctx context.Context, userID string, w io.Writer, opts ...ExportOption) (ExportResult, error) {
	var result ExportResult
	if err := somebody("Export", userID); err != nil {
		return result, err
	}
	to := lines{bufio.NewWriter(w)}
	err := r.export(background.Or(ctx), exportOf(userID, opts), to, &result.Stored)
	if e := to.to.Flush(); e != nil {
		return result, fmt.Errorf("mongostore: export: %w", e)
	}
	return result, err
}

// exportBatch is how many documents the server sends at a time.
const exportBatch = 1_000

// export writes the documents, and counts them in written.
func (r *Reader) export(ctx context.Context, who person, to lines, written *int64) (err error) {
	collection, err := r.connection.collection(ctx, onPrimary())
	if err != nil {
		return r.mongoError("export", err)
	}
	cursor, err := collection.Find(ctx, who.filter(), options.Find().SetBatchSize(exportBatch))
	if err != nil {
		return r.mongoError("export", err)
	}
	defer func() {
		// Without cancellation, so that the server's cursor is freed also when ctx has ended.
		if e := cursor.Close(context.WithoutCancel(ctx)); e != nil && err == nil {
			err = r.mongoError("export", e)
		}
	}()
	for cursor.Next(ctx) {
		if err := to.write(nil, cursor.Current); err != nil {
			return err
		}
		*written++
	}
	if err := cursor.Err(); err != nil {
		return r.mongoError("export", err)
	}
	return nil
}
