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

// ExportResult counts what an export wrote.
type ExportResult struct {
	Stored int64 // documents of MongoDB
	// Quarantined counts the documents of the quarantine file. A [Reader] knows none.
	Quarantined int64
	// Unattributed counts the lines of the quarantine file that hold no document, so that nobody can tell
	// whose they are. They were not written.
	Unattributed int64
}

// Export writes everything that is kept of a user's events to w, one JSON object in a line, in no particular
// order: each document of the collection with that user_id, whole, as relaxed Extended JSON, and each of the
// quarantine file as
//
//	{"quarantine":{"reason":…,"message":…,"quarantined_at":…},"document":…}
//
// Fields of the data have the names that the caller of Track gave them, as in [StoredEvent].
//
// It first waits for the events that this store accepted before the call to be in MongoDB, so that none is left
// out: eventstore.ErrPending when that is not possible while ctx allows; nothing was written then. Events in the journals
// of other processes are not waited for. MongoDB's part is read from the primary, whatever read preference the connection
// string has.
//
// [WithLinked] takes other ids of the person along. The anonymous events, of the user "", are nobody's: ErrQuery. Further errors are eventstore.ErrClosed, ctx's, MongoDB's and
// those of w; the result says what was written until then.
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
		return fmt.Errorf("%w: %s of the user \"\": anonymous events are nobody's", ErrQuery, method)
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
