// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// quarantineFile is the name of the quarantine within Config.Dir.
const quarantineFile = "quarantine.jsonl"

// quarantine is a file of JSON lines that keeps what MongoDB will never take. It is opened for each
// event: they are rare, and an operator may move the file at any time.
type quarantine struct{ path string }

func newQuarantine(dir string) *quarantine {
	return &quarantine{path: filepath.Join(dir, quarantineFile)}
}

// quarantined is one line of the file.
type quarantined struct {
	ID        string          `json:"id"`
	EventType string          `json:"event_type"`
	Reason    string          `json:"reason"`
	Message   string          `json:"message"`
	Time      time.Time       `json:"quarantined_at"`
	Document  json.RawMessage `json:"document,omitempty"` // canonical Extended JSON
	Bytes     []byte          `json:"bytes,omitempty"`    // base64 of what is not BSON
}

// add appends an event and returns when it is on the disk.
func (q *quarantine) add(e *pending, reason string, cause error) error {
	line := quarantined{
		ID:        uuid.UUID(e.ID).String(),
		EventType: e.Type,
		Reason:    reason,
		Message:   cause.Error(),
		Time:      time.Now().UTC(),
	}
	if text, err := bson.MarshalExtJSON(bson.Raw(e.Document), true, false); err == nil && !e.broken {
		line.Document = text
	} else {
		line.Bytes = e.Document
	}
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	return q.write(append(text, '\n'))
}

func (q *quarantine) write(text []byte) (err error) {
	f, err := os.OpenFile(q.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		// Half a line would spoil the next one.
		if t := f.Truncate(info.Size()); t != nil {
			return t
		}
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if info.Size() > 0 {
		return nil
	}
	return syncDir(filepath.Dir(q.path))
}

// syncDir makes a new directory entry durable, where the operating system needs it.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync() // not every system can sync a directory
	return nil
}
