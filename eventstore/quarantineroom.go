// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

// reservedBytes is the room on the disk that is reserved behind the end of the quarantine file, whose length stays. So a disk
// that is full still takes refused events, and what they hold up can be deleted.
const reservedBytes = 512 << 10

// leftForKept is what of it is left for events that are moved from the journal's files, which makes room for others.
const leftForKept = reservedBytes / 2

// spare is an empty file with the room that is reserved while there is no quarantine file. It becomes that file.
func (q *linesFile) spare() string { return q.path + spareSuffix }

const spareSuffix = ".room"

// openFile opens the file, and makes it when it is not there.
func (q *linesFile) openFile() (*os.File, error) {
	f, err := os.OpenFile(q.path, os.O_RDWR, 0o600)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if err := os.Rename(q.spare(), q.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return ownership.OpenOrCreate(q.path, os.O_RDWR, 0o600)
}

// reserve implements lines. Where there is no such thing as reserving it does nothing.
func (q *linesFile) reserve() error {
	f, err := os.OpenFile(q.path, os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = ownership.OpenOrCreate(q.spare(), os.O_RDWR, 0o600)
	}
	if err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		err = filesystem.Reserve(f, size+reservedBytes)
	}
	if err = errors.Join(err, f.Close()); errors.Is(err, errors.ErrUnsupported) {
		return q.unreserve()
	}
	return err
}

// unreserve removes the spare file.
func (q *linesFile) unreserve() error {
	if err := os.Remove(q.spare()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
