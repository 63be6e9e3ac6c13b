// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// copyCorrupt copies the file of a corrupt segment into the subfolder for such
// files, durably, and returns the name of the copy. A copy of the same size
// that is there already is taken for what it is. Places that cannot be read are
// zeros in the copy.
func (t *truncator) copyCorrupt(s *segment) (string, error) {
	dir := filepath.Join(t.dir, damagedName)
	to := filepath.Join(dir, format.SegmentName(s.number))
	from, err := t.fs.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer from.Close()
	size, err := from.Size()
	if err != nil {
		return "", err
	}
	if err := t.fs.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	there, err := t.fs.ReadDir(dir)
	if err != nil {
		return "", err
	}
	taken := make(map[string]int64, len(there))
	for _, e := range there {
		taken[e.Name] = e.Size
	}
	for n := 1; ; n++ {
		was, ok := taken[filepath.Base(to)]
		if !ok {
			break
		}
		if was == size {
			return to, nil
		}
		to = filepath.Join(dir, fmt.Sprintf("%s.%d", format.SegmentName(s.number), n))
	}
	temp := to + ".tmp"
	if err := t.fs.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	copied, err := t.fs.Create(temp)
	if err != nil {
		return "", err
	}
	if err := errors.Join(transfer(copied, from, size), copied.Close()); err != nil {
		// A part of a copy is of no use and takes room from the journal.
		return "", errors.Join(err, t.fs.Remove(temp))
	}
	if err := t.fs.Rename(temp, to); err != nil {
		return "", errors.Join(err, t.fs.Remove(temp))
	}
	return to, errors.Join(t.fs.SyncDir(dir), t.fs.SyncDir(t.dir))
}

// isCorrupt reports whether there is damage in a segment that Open did not read
// because it was done: an earlier process may have found no room for its copy.
func (t *truncator) isCorrupt(s *segment) (bool, error) {
	file, err := t.fs.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return false, err
	}
	if s.headerDamage != "" && !s.headerTorn {
		return true, nil
	}
	var d format.Decoder
	d.Reset(s.number, format.SegmentHeaderBytes, s.limit)
	buf := make([]byte, chunkBytes)
	for torn := false; ; {
		switch item := d.Next(); item.Kind {
		case format.Record:
			if torn {
				return true, nil
			}
		case format.Damage:
			if !item.Torn {
				return true, nil
			}
			torn = true
		case format.End:
			return false, nil
		case format.More:
			if d.Offset() >= size {
				return false, nil
			}
			data, err := readChunk(file, buf, d.Offset(), size)
			if err != nil {
				return true, nil
			}
			d.Load(data)
		}
	}
}

func transfer(to, from filesystem.File, size int64) error {
	buf := make([]byte, chunkBytes)
	for offset := int64(0); offset < size; {
		// Why a place is unreadable was reported when it was found.
		data, _ := readChunk(from, buf, offset, size)
		if _, err := to.WriteAt(data, offset); err != nil {
			return err
		}
		offset += int64(len(data))
	}
	return to.Sync()
}
