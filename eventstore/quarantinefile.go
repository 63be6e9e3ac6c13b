// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// linesFile is a file of lines. It is opened for each call: refused events are rare, and an operator may move the file at any
// time.
type linesFile struct {
	path  string
	noted fs.FileInfo // what note saw; nil: nothing
}

var _ lines = (*linesFile)(nil)

func (q *linesFile) name() string { return q.path }

// size implements lines.
func (q *linesFile) size() int64 {
	info, err := os.Stat(q.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// note implements lines.
func (q *linesFile) note() { q.noted, _ = os.Stat(q.path) }

// same implements lines.
func (q *linesFile) same() bool {
	now, err := os.Stat(q.path)
	return err == nil && q.noted != nil && os.SameFile(q.noted, now) && q.noted.Size() == now.Size()
}

// append implements lines. On a disk that is full, it leaves some of the room that is reserved.
func (q *linesFile) append(text []byte, leave int64) (err error) {
	f, err := q.openFile()
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if size > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], size-1); err != nil {
			return err
		}
		if last[0] != '\n' { // a process died in mid-line
			text = append([]byte{'\n'}, text...)
		}
	}
	// The room comes first, so that what is reserved stays where there is not enough.
	if err := filesystem.Reserve(f, size+int64(len(text))+leave); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	_, err = f.WriteAt(text, size)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		// The event is tried again: half a line, or the same line twice, must not stay.
		if failed := f.Truncate(size); failed != nil {
			return errors.Join(err, fmt.Errorf("%w: %w", errTorn, failed))
		}
		return err
	}
	if size > 0 {
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
