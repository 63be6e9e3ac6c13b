// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// owner says whose a line of the quarantine file is.
type owner uint8

const (
	others   owner = iota // somebody else's
	theirs                // the user's who is asked for
	nobodies              // not to be told: no line of this program, or no document in it
)

// ownerOf decides about a line and returns what it says.
func ownerOf(line []byte, userID string) (owner, quarantined, bson.Raw) {
	var q quarantined
	if json.Unmarshal(line, &q) != nil {
		return nobodies, q, nil
	}
	doc, ok := q.document()
	if !ok {
		return nobodies, q, nil
	}
	if id, ok := doc.Lookup(eventdoc.FieldUserID).StringValueOK(); ok && id == userID {
		return theirs, q, doc
	}
	return others, q, doc
}

// open is snapshot for whoever does not hold mu.
func (q *quarantine) open() (io.ReadCloser, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.snapshot()
}

// snapshot opens the file as it is now: what is appended later is not seen, and replacing the file does not
// change it. The caller holds mu, and may read without it. Without a file it is empty.
func (q *quarantine) snapshot() (io.ReadCloser, error) {
	file, err := os.Open(q.path)
	if errors.Is(err, fs.ErrNotExist) {
		return io.NopCloser(bytes.NewReader(nil)), nil
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(file, info.Size()), file}, nil
}

// each calls f with every line that is not empty, without its end.
func each(from io.Reader, f func(line []byte) error) error {
	for lines := bufio.NewReader(from); ; {
		line, err := lines.ReadBytes('\n')
		if line = bytes.TrimSuffix(line, []byte("\n")); len(line) > 0 {
			if err := f(line); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// ofUser calls f with the lines of a user's events, and counts those of which nobody can tell. The writer can
// add others meanwhile.
func (q *quarantine) ofUser(userID string, f func(quarantined, bson.Raw) error) (unattributed int64, err error) {
	from, err := q.open()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	err = each(from, func(line []byte) error {
		switch whose, parsed, doc := ownerOf(line, userID); whose {
		case theirs:
			return f(parsed, doc)
		case nobodies:
			unattributed++
		}
		return nil
	})
	return unattributed, err
}

// remove takes a user's lines out of the file, as drop does. Lines of which nobody can tell whose they are stay, and
// are counted.
func (q *quarantine) remove(userID string) (removed, unattributed int64, err error) {
	removed, err = q.drop(func(line []byte) bool {
		whose, _, _ := ownerOf(line, userID)
		if whose == nobodies {
			unattributed++
		}
		return whose == theirs
	})
	return removed, unattributed, err
}
