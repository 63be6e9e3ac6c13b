// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"sync/atomic"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// sharedFile is an open file that the log and the reader have together, so that what
// is accepted can be read whatever became of the file's name. The last of them
// closes it.
type sharedFile struct {
	filesystem.File
	users *atomic.Int32
}

func share(f filesystem.File) *sharedFile {
	s := &sharedFile{f, new(atomic.Int32)}
	s.users.Store(1)
	return s
}

// join returns the file for one more user. The caller makes sure that one has it
// meanwhile.
func (s *sharedFile) join() *sharedFile {
	s.users.Add(1)
	return s
}

// Close closes the file when nobody else has it. Each user calls it once.
func (s *sharedFile) Close() error {
	if s.users.Add(-1) > 0 {
		return nil
	}
	return s.File.Close()
}
