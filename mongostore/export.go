// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/background"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// ExportResult counts the documents that an export wrote.
type ExportResult struct {
	Stored int64 // documents of MongoDB
	// Quarantined counts the documents from the quarantine file. A [Reader] has no quarantine file.
	Quarantined int64
	// Unattributed counts the lines of the quarantine file without a document. Nobody can tell
	// whose they are. They were not written.
	Unattributed int64
}

// Export writes all stored events of a user to w, one JSON object per line, in no particular
// order. Each document of the collection with that user_id is written whole, as relaxed Extended JSON. Each event
// of the quarantine file is written as
//
//	{"quarantine":{"reason":…,"message":…,"quarantined_at":…},"document":…}
//
// Fields of the data have the names from the call of Track, as in [StoredEvent].
//
// Export first waits until the events that this store accepted before the call are in MongoDB, so that none is missing. The error
// is eventstore.ErrPending when that is not possible while ctx allows; nothing was written then. Export does not wait for events in
// the journals of other processes. It reads the primary, whatever read preference the connection string has.
//
// [WithLinked] includes other ids of the same person.
//
// The error is ErrQuery for the user "": anonymous events belong to no user. Further errors are eventstore.ErrClosed, and the errors
// of ctx, MongoDB and w. The result counts the documents that were written before the error.
func (s *Store) Export(ctx context.Context, userID string, w io.Writer, opts ...ExportOption) (ExportResult, error) {
	ctx = background.Or(ctx)
	var r ExportResult
	who := exportOf(userID, opts)
	if err := somebody("Export", userID); err != nil {
		return r, err
	}
	if err := s.Flush(ctx); err != nil {
		return r, err
	}
	to := lines{bufio.NewWriter(w)}
	err := s.reader.export(ctx, who, to, &r.Stored)
	if err == nil {
		r.Unattributed, err = s.quarantinedOf(who, func(e eventstore.QuarantinedEvent) error {
			about, err := quarantinedLine(e)
			if err == nil {
				err = to.write(about, e.Document)
			}
			if err == nil {
				r.Quarantined++
			}
			return err
		})
	}
	if e := to.to.Flush(); e != nil {
		return r, fmt.Errorf("mongostore: export: %w", e)
	}
	return r, err
}

func exportOf(userID string, opts []ExportOption) person {
	var c exportConfig
	for _, o := range opts {
		if o != nil {
			o.applyExport(&c)
		}
	}
	return person{userID, c.linked}
}

// somebody refuses what is about one user without one.
func somebody(method, userID string) error {
	if userID == "" {
		return fmt.Errorf("%w: %s of the user \"\": anonymous events belong to no user", ErrQuery, method)
	}
	return nil
}

func byUser(userID string) bson.D {
	return bson.D{{Key: eventdoc.FieldUserID, Value: asStored(userID)}}
}

// lines writes JSON lines. An error of the writer comes again with Flush.
type lines struct{ to *bufio.Writer }

// write writes a document as a line; with a quarantine, wrapped.
func (l lines) write(quarantine []byte, doc bson.Raw) error {
	text, err := bson.MarshalExtJSON(bson.Raw(eventdoc.PlainDocument(doc)), false, false)
	if err != nil {
		return fmt.Errorf("mongostore: export: a document is not BSON: %w", err)
	}
	if quarantine != nil {
		text = fmt.Appendf(nil, `{"quarantine":%s,"document":%s}`, quarantine, text)
	}
	_, err = l.to.Write(append(text, '\n'))
	return err
}

// quarantinedLine is what a line of the file says about its document.
func quarantinedLine(e eventstore.QuarantinedEvent) ([]byte, error) {
	return json.Marshal(struct {
		Reason  string    `json:"reason"`
		Message string    `json:"message"`
		Time    time.Time `json:"quarantined_at"`
	}{e.Reason, e.Message, e.Time})
}
