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
//
// A slot that holds no whole checkpoint of this version is stale. The first save
// writes all stale slots, so that an older version, which reads any of them,
// finds a version that it does not know.
type checkpointFile struct {
	file    filesystem.File
	closed  bool
	entered bool  // the directory entry is durable
	renamed bool  // the file had another name, and that may be the durable one
	size    int64 // of the file; below format.CheckpointFileBytes it lacks room

	stale      [format.CheckpointSlots]bool
	turn       [2]int // the slot of the pair that is written next
	generation uint64
	latest     format.Checkpoint // in any slot
	durable    format.Checkpoint // fsynced by this process, or found in the durable pair
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
	if c.size, err = file.Size(); err != nil {
		return false, "", fmt.Errorf("%s: %w", path, err)
	}
	all, damage, err := slots(file)
	if err != nil {
		return false, "", fmt.Errorf("%s: %w", path, err)
	}
	var newest [2]*format.Checkpoint // of each pair
	for slot, got := range all {
		c.stale[slot] = got == nil || got.Generation == 0
		if got == nil {
			continue
		}
		if !found || got.IsNewer(&c.latest) {
			c.latest = *got
		}
		found = true
		if pair := slot / 2; newest[pair] == nil || got.IsNewer(newest[pair]) {
			newest[pair] = got
			c.turn[pair] = 1 - slot%2
		}
	}
	c.generation = c.latest.Generation
	if newest[durablePair] != nil {
		c.durable = *newest[durablePair]
	}
	return found, damage, nil
}

// slots reads what each slot holds, nil for no checkpoint. damage is what a slot holds that is neither that nor empty;
// the error is ErrVersion.
func slots(file filesystem.File) (all [format.CheckpointSlots]*format.Checkpoint, damage string, err error) {
	for slot := range all {
		var data [format.CheckpointSlotBytes]byte
		n, readErr := file.ReadAt(data[:], int64(slot)*format.CheckpointSlotBytes)
		got, err := format.DecodeCheckpoint(data[:n])
		switch {
		case errors.Is(err, format.ErrVersion):
			return all, "", err
		case err == nil:
			all[slot] = &got
		case data != [format.CheckpointSlotBytes]byte{}:
			damage = err.Error()
		case n == 0 && readErr != nil && !isEOF(readErr):
			damage = readErr.Error()
		}
	}
	return all, damage, nil
}

const durablePair = 1

// ensure makes sure that there is a file with all the room it will ever need. The
// slots of a new one hold p.
func (c *checkpointFile) ensure(files filesystem.FS, dir string, p format.Checkpoint) error {
	if c.file != nil && c.size >= format.CheckpointFileBytes {
		return nil
	}
	if c.file != nil && len(c.latest.Consumers) > 0 {
		// It was shortened, and what is left is still good.
		return c.fill(make([]byte, format.CheckpointFileBytes-c.size), c.size)
	}
	path := filepath.Join(dir, checkpointName)
	created := c.file == nil
	if created {
		file, err := files.Create(path)
		if err != nil {
			return err
		}
		c.file = file
	}
	c.generation++
	p.Generation = c.generation
	if err := c.fill(pages(p), 0); err != nil {
		if created {
			err = errors.Join(err, c.file.Close(), files.Remove(path))
			*c = checkpointFile{closed: c.closed, generation: c.generation}
		}
		return err
	}
	c.latest, c.stale = p, [format.CheckpointSlots]bool{}
	return nil
}

// pages is a file with the same checkpoint in all slots.
func pages(p format.Checkpoint) []byte {
	data := make([]byte, 0, format.CheckpointFileBytes)
	for range format.CheckpointSlots {
		data = append(data, page(format.AppendCheckpoint(nil, p))...)
	}
	return data
}

// page is a whole slot.
func page(data []byte) []byte {
	return append(data, make([]byte, format.CheckpointSlotBytes-len(data))...)
}

// takeOver gives a file that is no more needed the name of the checkpoint's. The next
// save writes into it. taken is false when it has its name still.
func (c *checkpointFile) takeOver(files filesystem.FS, dir, from string) (taken bool, err error) {
	if c.closed {
		return false, ErrClosed
	}
	path := filepath.Join(dir, checkpointName)
	if c.file != nil {
		_ = c.file.Close() // not every system replaces an open file
	}
	*c = checkpointFile{generation: c.generation, renamed: true, stale: [format.CheckpointSlots]bool{true, true, true, true}}
	err = files.Rename(from, path)
	taken = err == nil
	file, openErr := files.Edit(path)
	if errors.Is(openErr, fs.ErrNotExist) {
		return taken, err
	}
	if openErr != nil {
		return taken, errors.Join(err, openErr, files.Remove(path))
	}
	size, sizeErr := file.Size()
	c.file, c.size = file, max(size, format.CheckpointFileBytes) // save makes it so long
	return taken, errors.Join(err, sizeErr)
}

// fill writes what makes the file as long as it has to be.
func (c *checkpointFile) fill(data []byte, offset int64) error {
	if _, err := c.file.WriteAt(data, offset); err != nil {
		return err
	}
	c.size = max(c.size, format.CheckpointFileBytes)
	return nil
}

// discard gives up a file whose name leads elsewhere, and what the name leads to.
func (c *checkpointFile) discard(files filesystem.FS, dir string) error {
	err := c.file.Close()
	*c = checkpointFile{generation: c.generation}
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
	if c.renamed {
		// Before that is durable, what is written may be found under the name from before.
		if err := files.SyncDir(dir); err != nil {
			return err
		}
		c.renamed, c.entered = false, true
	}
	stale := c.stale != [format.CheckpointSlots]bool{}
	pair := 0
	if durable || stale {
		pair = durablePair
	}
	c.generation++
	p.Generation = c.generation
	data := format.AppendCheckpoint(nil, p)
	if err := c.write(data, 2*pair+c.turn[pair]); err != nil {
		return err
	}
	c.latest = p
	if pair != durablePair {
		c.turn[pair] = 1 - c.turn[pair]
		return nil
	}
	if err := c.sync(files, dir); err != nil {
		return err
	}
	// Only now may the other slot of the pair be given up.
	c.turn[pair] = 1 - c.turn[pair]
	c.durable = p
	if stale {
		return c.refresh(data)
	}
	return nil
}

// write writes a slot: all of it, when something else is in it.
func (c *checkpointFile) write(data []byte, slot int) error {
	if c.stale[slot] {
		data = page(data)
	}
	if _, err := c.file.WriteAt(data, int64(slot)*format.CheckpointSlotBytes); err != nil {
		return err
	}
	c.stale[slot] = false
	return nil
}

func (c *checkpointFile) sync(files filesystem.FS, dir string) error {
	if err := c.file.Sync(); err != nil {
		return err
	}
	if c.entered {
		return nil
	}
	err := files.SyncDir(dir)
	c.entered = err == nil
	return err
}

// refresh writes a checkpoint that is durable into the stale slots, too.
func (c *checkpointFile) refresh(data []byte) error {
	before := c.stale
	for slot, is := range before {
		if !is {
			continue
		}
		if err := c.write(data, slot); err != nil {
			return err
		}
	}
	err := c.shorten()
	if err == nil {
		err = c.file.Sync()
	}
	if err != nil {
		c.stale = before
	}
	return err
}

// shorten cuts off what is left of another file.
func (c *checkpointFile) shorten() error {
	if c.size <= format.CheckpointFileBytes {
		return nil
	}
	err := c.file.Truncate(format.CheckpointFileBytes)
	if err == nil {
		c.size = format.CheckpointFileBytes
	}
	return err
}

// isBehind reports whether the file does not have the position of a consumer yet.
func (c *checkpointFile) isBehind(name string, seq uint64) bool {
	p, _ := c.latest.Find(name)
	return p.Seq < seq
}

func (c *checkpointFile) close() error {
	c.closed = true
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}
