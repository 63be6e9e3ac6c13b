// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/procdir"
)

// hideWhenEmpty hides the store's directory when nothing is left in it that anybody needs. The journal calls it while it still has
// the lock, so that nobody else can have put something there.
func (s *Store) hideWhenEmpty() {
	if !s.config.removable || !s.opened.Load() || !s.isEmpty() {
		return
	}
	hidden, err := procdir.Hide(s.config.Dir)
	if err != nil {
		s.log.journal.Debug("journal: the directory stays for the next process", slog.Any("error", err))
		return
	}
	s.hidden = hidden
}

// isEmpty reports whether everything in the directory is done, and there is nothing in it that is not the store's own.
func (s *Store) isEmpty() bool {
	if s.journal.Displaced() != nil || !s.quarantine.kept.IsEmpty() || len(s.journal.Recovery().Foreign) > 0 {
		return false
	}
	for _, c := range s.journal.Consumers() {
		if c.Backlog > 0 {
			return false
		}
	}
	if s.journal.Counts().Backlog > 0 || holdsFiles(filepath.Join(s.config.Dir, journalDir, damagedDir)) {
		return false
	}
	entries, err := os.ReadDir(s.config.Dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		lines := linesFile{path: strings.TrimSuffix(e.Name(), spareSuffix)}
		if e.Name() == journalDir || e.Name() == lines.spare() && isQuarantine(lines.path) {
			continue
		}
		if info, err := e.Info(); err != nil || info.Size() > 0 || !isQuarantine(e.Name()) {
			return false
		}
	}
	return true
}

// isQuarantine reports whether a file of a data directory is the quarantine of a sink.
func isQuarantine(name string) bool {
	_, is := sinkOfFile(name)
	return is || name == quarantineFile
}

// holdsFiles reports whether there is something in a directory, or may be.
func holdsFiles(dir string) bool {
	entries, err := os.ReadDir(dir)
	return len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist)
}

// deleteHidden deletes the directory that was hidden. What is left of it is deleted by the next process.
func (s *Store) deleteHidden() {
	if s.hidden == "" {
		return
	}
	if err := os.RemoveAll(s.hidden); err != nil {
		s.log.journal.Debug("journal: the next process deletes the rest of the directory", slog.Any("error", err))
	}
}

// warnOfProcesses says that processes left directories that this one does not look at.
func (s *Store) warnOfProcesses() {
	if dirs, err := procdir.List(s.config.Dir); err == nil && len(dirs) > 0 {
		s.log.journal.Warn("journal: below the directory are directories of processes, which this process does not adopt; to adopt them, set the data directory to "+
			DirAuto+":"+s.config.Dir, slog.Int("directories", len(dirs)))
	}
}
