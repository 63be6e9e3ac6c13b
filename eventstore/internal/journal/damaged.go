// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// setAside moves the file of a corrupt segment, of which all is done, to the
// subfolder for such files, under a name that none has there. That takes no room
// on the disk. A file of the same name and size that is there already is the same:
// a loss of power can bring back the name that it had.
func (t *truncator) setAside(s *segment) error {
	dir := filepath.Join(t.dir, damagedName)
	if err := t.fs.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	there, err := t.fs.ReadDir(dir)
	if err != nil {
		return err
	}
	taken := make(map[string]int64, len(there))
	for _, e := range there {
		taken[e.Name] = e.Size
	}
	name := format.SegmentName(s.number)
	for n := 1; ; n++ {
		size, is := taken[name]
		if !is {
			break
		}
		if size == s.bytes {
			return t.remove(s)
		}
		name = fmt.Sprintf("%s.%d", format.SegmentName(s.number), n)
	}
	err = t.fs.Rename(s.path, filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody deleted it
	}
	return errors.Join(err, t.fs.SyncDir(dir))
}

// remove deletes the file of a segment.
func (t *truncator) remove(s *segment) error {
	if err := t.fs.Remove(s.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// isCorrupt reports whether there is damage in a segment that Open did not read
// because it was done: an earlier process may have died before it moved it.
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
