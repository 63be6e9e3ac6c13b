// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

// temporary is where drop writes what stays.
func (q *quarantine) temporary() string { return q.path + ".tmp" }

// drop takes lines out of the file: it is replaced as a whole, durably, or left as it is. Owner and permissions stay: who
// looks after the file may be somebody else than the service that writes to it.
func (q *quarantine) drop(gone func(line []byte) bool) (dropped int64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	// A process that died here left a copy, which may hold what is to be removed.
	if err := os.Remove(q.temporary()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	dropped, err = q.rewrite(gone)
	if err != nil || dropped == 0 {
		return 0, errors.Join(err, q.abandon())
	}
	if err := os.Rename(q.temporary(), q.path); err != nil {
		return 0, errors.Join(err, q.abandon())
	}
	return dropped, syncDir(filepath.Dir(q.path))
}

// rewrite writes the lines that stay to the temporary file.
func (q *quarantine) rewrite(gone func(line []byte) bool) (dropped int64, err error) {
	from, err := q.snapshot()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	file, err := os.OpenFile(q.temporary(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	if err := q.keep(file); err != nil {
		return 0, errors.Join(err, file.Close())
	}
	to := bufio.NewWriter(file)
	err = each(from, func(line []byte) error {
		if gone(line) {
			dropped++
			return nil
		}
		_, err := to.Write(append(line, '\n'))
		return err
	})
	if err == nil {
		err = to.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	return dropped, errors.Join(err, file.Close())
}

// keep makes file, which is to replace the quarantine file, as usable as that is.
func (q *quarantine) keep(file *os.File) error {
	info, err := os.Stat(q.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing to take lines from
	}
	if err != nil {
		return err
	}
	return ownership.Keep(file, info)
}

func (q *quarantine) abandon() error {
	if err := os.Remove(q.temporary()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
