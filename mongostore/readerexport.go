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

// Export writes each document of the collection with that user_id to w, whole, as relaxed Extended JSON, one per line,
// in no particular order. It returns their number. Fields of the data have the names from the call of Track. It takes as
// long as ctx allows, and the memory of one batch. It reads the primary, whatever read preference the connection string has.
//
// Other data of the user are not included: waiting events in the journals of services, and lines of their quarantine
// files. Only [Store.Export] knows these.
//
// [WithLinked] includes other ids of the same person.
//
// The error is ErrQuery for the user "": anonymous events belong to no user. Further errors are eventstore.ErrClosed, and the errors
// of ctx, MongoDB and w. The result counts the documents that were written before the error.
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
