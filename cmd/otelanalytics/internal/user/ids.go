// SPDX-License-Identifier: Apache-2.0

package user

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// idFile receives what leads to copies of deleted events. Each line is written before its event is deleted.
type idFile struct{ file *os.File }

// deletedLine is a line of the file.
type deletedLine struct {
	ID      string `json:"id"`
	TraceID string `json:"trace_id,omitempty"`
	Time    string `json:"timestamp,omitempty"` // RFC 3339
}

// openIDs makes the file of --ids, and has the deletion write to it.
func (h *removal) openIDs() (*idFile, error) {
	if h.ids == "" {
		return nil, nil
	}
	f, err := os.OpenFile(h.ids, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is there already; name another file, or remove it; nothing was deleted", h.ids)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; nothing was deleted", err)
	}
	ids := &idFile{f}
	h.deleted = mongostore.WithDeleted(ids.add)
	return ids, nil
}

func (f *idFile) add(e mongostore.DeletedEvent) error {
	line := deletedLine{ID: e.ID, TraceID: e.TraceID}
	if !e.Time.IsZero() {
		line.Time = e.Time.Format(time.RFC3339Nano)
	}
	text, err := json.Marshal(line)
	if err == nil {
		_, err = f.file.Write(append(text, '\n'))
	}
	return err
}

// close makes the file durable.
func (f *idFile) close() error {
	if f == nil {
		return nil
	}
	return errors.Join(f.file.Sync(), f.file.Close())
}
