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

// checkpointFile is the file of four slots. Two take the checkpoints that are
// not fsynced, in turn, and two those that are: what a torn write destroys is
// never the only one of its kind, and what is fsynced is never overwritten by
// what is not.
type checkpointFile struct {
	file    filesystem.File
	closed  bool
	entered bool // the directory entry is durable

	turn    [2]int            // the slot of the pair that is written next
	latest  format.Checkpoint // in any slot
	durable format.Checkpoint // fsynced by this process, or found in the durable pair
}

// load opens the file if there is one. found is false when it holds no
// checkpoint; damage says what else it holds then. err is for what keeps the
// journal shut.
func (c *checkpointFile) load(files filesystem.FS, dir string) (found bool, damage string, err error) {
	path := filepath.Join(dir, checkpointName)
	file, err := files.Edit(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, "", nil
	}
	if err != nil {
		return false, "", err
	}
	c.file = file
	all, damage, err := slots(file)
	if err != nil {
		return false, "", fmt.Errorf("%s: %w", path, err)
	}
	var newest [2]format.Checkpoint // of each pair
	for slot, got := range all {
		if got == nil {
			continue
		}
		found = true
		if newer(*got, c.latest) {
			c.latest = *got
		}
		if pair := slot / 2; newer(*got, newest[pair]) {
			newest[pair] = *got
			c.turn[pair] = 1 - slot%2
		}
	}
	c.durable = newest[durablePair]
	return found, damage, nil
}

// slots reads what each slot holds, nil for no checkpoint. damage is what a slot holds that is neither that nor empty;
// the error is ErrVersion.
func slots(file filesystem.File) (all [format.CheckpointSlots]*format.Checkpoint, damage string, err error) {
	for slot := range all {
		var data [format.CheckpointBytes]byte
		n, readErr := file.ReadAt(data[:], int64(slot)*format.CheckpointSlotBytes)
		got, err := format.DecodeCheckpoint(data[:n])
		switch {
		case errors.Is(err, format.ErrVersion):
			return all, "", err
		case err == nil:
			all[slot] = &got
		case data != [format.CheckpointBytes]byte{}:
			damage = err.Error()
		case n == 0 && readErr != nil && !isEOF(readErr):
			damage = readErr.Error()
		}
	}
	return all, damage, nil
}

const durablePair = 1

func newer(a, b format.Checkpoint) bool {
	return a.Seq > b.Seq || a.Seq == b.Seq && a.LastSeq >= b.LastSeq
}

// ensure creates the file with all the room it will ever need.
func (c *checkpointFile) ensure(files filesystem.FS, dir string) error {
	if c.file != nil {
		return nil
	}
	path := filepath.Join(dir, checkpointName)
	file, err := files.Create(path)
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(make([]byte, format.CheckpointFileBytes), 0); err != nil {
		return errors.Join(err, file.Close(), files.Remove(path))
	}
	c.file = file
	return nil
}

// discard gives up a file whose name leads elsewhere, and what the name leads to.
func (c *checkpointFile) discard(files filesystem.FS, dir string) error {
	err := c.file.Close()
	*c = checkpointFile{}
	if removed := files.Remove(filepath.Join(dir, checkpointName)); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// save writes a checkpoint into the next slot of the pair for those that are
// fsynced, or of the other.
func (c *checkpointFile) save(files filesystem.FS, dir string, p format.Checkpoint, durable bool) error {
	if c.closed {
		return ErrClosed
	}
	pair := 0
	if durable {
		pair = durablePair
	}
	slot := 2*pair + c.turn[pair]
	data := format.AppendCheckpoint(make([]byte, 0, format.CheckpointBytes), p)
	if _, err := c.file.WriteAt(data, int64(slot)*format.CheckpointSlotBytes); err != nil {
		return err
	}
	c.latest = p
	if !durable {
		c.turn[pair] = 1 - c.turn[pair]
		return nil
	}
	if err := c.file.Sync(); err != nil {
		return err
	}
	if !c.entered {
		if err := files.SyncDir(dir); err != nil {
			return err
		}
		c.entered = true
	}
	// Only now may the other slot of the pair be given up.
	c.turn[pair] = 1 - c.turn[pair]
	c.durable = p
	return nil
}

func (c *checkpointFile) close() error {
	c.closed = true
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}
