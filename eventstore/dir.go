// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/procdir"
)

// DirAuto is the [Config].Dir that gives each process a directory of its own below [DefaultDir]. With a colon and a path behind
// it, "auto:/var/lib/shop", they are below that path.
const DirAuto = "auto"

// ParentDir returns the directory below which the processes have their own, and true, when dir asks for that: it is [DirAuto], or
// begins with DirAuto and a colon. Otherwise it returns dir. It looks at the text alone.
func ParentDir(dir string) (parent string, auto bool) {
	if dir == DirAuto {
		return DefaultDir, true
	}
	if path, ok := strings.CutPrefix(dir, DirAuto+":"); ok {
		return path, true
	}
	return dir, false
}

// DataDir is a data directory that [DataDirs] found.
type DataDir struct {
	Path string
	// Held says that a process has it open, and Holder which: its id, 0 when the lock file does not name it.
	Held   bool
	Holder int
	// Process says that it is the directory of one process, below the parent of [DirAuto].
	Process bool
}

// DataDirs returns the data directories that dir stands for: dir itself when it has a journal or a quarantine file, and those of
// processes below it. With [DirAuto] and its like, dir stands for the parent. It writes nothing, and may be called while
// processes come and go. The error of a directory that is not there is fs.ErrNotExist.
func DataDirs(dir string) ([]DataDir, error) {
	parent, _ := ParentDir(dir)
	if _, err := os.Stat(parent); err != nil {
		return nil, fmt.Errorf("eventstore: data directory: %w", err)
	}
	below, err := procdir.List(parent)
	if err != nil {
		return nil, fmt.Errorf("eventstore: data directory: %w", err)
	}
	var dirs []DataDir
	if hasData(parent) {
		dirs = append(dirs, DataDir{Path: parent})
	}
	for _, d := range below {
		dirs = append(dirs, DataDir{Path: d.Path, Process: true})
	}
	for i := range dirs {
		d := &dirs[i]
		// A lock that cannot be read is the matter of whoever opens the directory.
		d.Held, d.Holder, _ = journal.Held(filesystem.OS(), filepath.Join(d.Path, journalDir))
	}
	return dirs, nil
}

// hasData reports whether a directory is, or was, the data directory of a store.
func hasData(dir string) bool {
	for _, name := range []string{journalDir, quarantineFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}
