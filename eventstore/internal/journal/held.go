// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// Held reports whether a process has the journal in a directory open, and which: 0 where its lock file does not name it. It
// waits for nothing. A directory without a journal is held by nobody.
func Held(files FS, dir string) (held bool, pid int, err error) {
	err = files.Holder(filepath.Join(dir, lockName))
	var by *filesystem.HeldError
	if errors.As(err, &by) {
		return true, by.PID, nil
	}
	return false, 0, err
}
