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

// DirAuto is the [Config].Dir that gives each process its own directory below [DefaultDir]. With a colon and a path,
// as in "auto:/var/lib/shop", the directories are below that path.
const DirAuto = "auto"

// ParentDir reports whether dir is [DirAuto], or begins with DirAuto and a colon. It then returns the parent of the
// processes' directories and true. Otherwise it returns dir and false. It only looks at the text.
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
	// Held is true when a process uses the directory. Holder is the id of that process, 0 when the lock file does not name it.
	Held   bool
	Holder int
	// Process is true for the directory of one process, below the parent of [DirAuto].
	Process bool
}

// DataDirs returns the data directories at dir: dir itself when it has a journal or a quarantine file, and the directories
// of processes below it. dir can also be [DirAuto], alone or with a path; it then stands for the parent. DataDirs writes nothing,
// and may be called while processes start and end. The error for a missing directory is fs.ErrNotExist.
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
