// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

// temporary is where drop writes what stays.
func (q *linesFile) temporary() string { return q.path + ".tmp" }

// replace implements lines: the file is replaced as a whole, durably, or left as it is. Owner and permissions stay: who
// looks after the file may be somebody else than the service that writes to it.
func (q *linesFile) replace(edit func(line []byte) []byte) (dropped int64, changed bool, err error) {
	// A process that died here left a copy, which may hold what is to be removed.
	if err := os.Remove(q.temporary()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, false, err
	}
	dropped, changed, err = q.rewrite(edit)
	if err != nil || !changed {
		return 0, false, errors.Join(err, q.abandon())
	}
	if err := os.Rename(q.temporary(), q.path); err != nil {
		return 0, false, errors.Join(err, q.abandon())
	}
	return dropped, true, syncDir(filepath.Dir(q.path))
}

// rewrite writes what stays to the temporary file.
func (q *linesFile) rewrite(edit func(line []byte) []byte) (dropped int64, changed bool, err error) {
	from, err := q.snapshot()
	if err != nil {
		return 0, false, err
	}
	defer from.Close()
	file, err := os.OpenFile(q.temporary(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, false, err
	}
	if err := q.keep(file); err != nil {
		return 0, false, errors.Join(err, file.Close())
	}
	to := bufio.NewWriter(file)
	err = each(from, func(line []byte) error {
		kept := edit(line)
		changed = changed || !bytes.Equal(kept, line)
		if kept == nil {
			dropped++
			return nil
		}
		_, err := to.Write(append(kept, '\n'))
		return err
	})
	if err == nil {
		err = to.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	return dropped, changed, errors.Join(err, file.Close())
}

// keep makes file, which is to replace the quarantine file, as usable as that is.
func (q *linesFile) keep(file *os.File) error {
	info, err := os.Stat(q.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing to take lines from
	}
	if err != nil {
		return err
	}
	return ownership.Keep(file, info)
}

func (q *linesFile) abandon() error {
	if err := os.Remove(q.temporary()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
