// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// The defaults of Options.
const (
	DefaultMaxBytes     = 1 << 30
	DefaultSegmentBytes = 16 << 20
	DefaultSyncInterval = 100 * time.Millisecond
)

// MaxRecordBytes is the largest payload that Append takes: a document of 16 MiB
// and 64 KiB of whatever its owner wraps around it.
const MaxRecordBytes = format.MaxRecordBytes

// FS is the file system that a journal lives in.
type FS = filesystem.FS

// Options are the settings of Open. The zero value is ready for use.
type Options struct {
	// Consumers names the consumers after the first one. Each has a checkpoint of
	// its own, and keeps what it has not done. One that is new begins where the
	// first one is when the journal is opened.
	Consumers []string
	// AtEnd reports whether a consumer that is new begins behind the last record
	// instead, of a journal that has a checkpoint. Its place is durable when Open
	// returns. nil: none does.
	AtEnd func(consumer string) bool
	// Stays reports whether a consumer that is not declared is never given up,
	// whatever room is needed. nil: none stays.
	Stays func(consumer string) bool
	// FS is the file system; nil is the operating system's.
	FS FS
	// MaxBytes bounds the sum of all segment files, sealed and current; 0 is
	// 1 GiB. Corrupt segments that were set aside do not count. At the bound Append
	// returns ErrFull.
	MaxBytes int64
	// SegmentBytes is where a segment is rotated, a multiple of the block of
	// 32 KiB; 0 is 16 MiB. Only a record that is longer by itself makes a
	// longer segment. It is lowered to an eighth of MaxBytes where that is
	// less, because room is freed by whole segments.
	SegmentBytes int64
	// SyncInterval is the time after which an appended record is fsynced when
	// nobody waits for it; 0 is 100 ms. A waiter does not wait for it.
	SyncInterval time.Duration
	// Now is the clock; nil is time.Now. It may step backwards: records are
	// named by times that never do.
	Now func() time.Time
	// OnError receives what fails without a caller to tell: fsyncs, removals,
	// damage found by the reader. It is called from several goroutines,
	// without locks, must not block for long and must not call Close; nil drops.
	OnError func(error)
	// OnRestored is called in the same way when records are accepted again, after
	// OnError was told ErrDisplaced; nil is not called.
	OnRestored func()
	// Keep is asked before a segment is deleted of which all is done. It may keep its
	// file by calling rename, which gives it the name KeptName, and returns true then.
	// It is called by one goroutine at a time and without locks, from Open on; nil
	// keeps none.
	Keep func(segment uint64, rename func() error) (kept bool, err error)
	// BeforeUnlock is called once by Close, when all is written and no file is in use any more but
	// the lock, which is given free after it. nil is not called.
	BeforeUnlock func()
	// Interrupted is asked before each segment that Open reads; an error ends
	// Open with it. nil never interrupts.
	Interrupted func() error
}

func newOptions(o Options) (Options, error) {
	var mistakes []error
	if o.FS == nil {
		o.FS = filesystem.OS()
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.SegmentBytes == 0 {
		o.SegmentBytes = DefaultSegmentBytes
	}
	if o.SyncInterval == 0 {
		o.SyncInterval = DefaultSyncInterval
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.OnError == nil {
		o.OnError = func(error) {}
	}
	if o.OnRestored == nil {
		o.OnRestored = func() {}
	}
	if o.AtEnd == nil {
		o.AtEnd = func(string) bool { return false }
	}
	if o.Stays == nil {
		o.Stays = func(string) bool { return false }
	}
	if o.Keep == nil {
		o.Keep = func(uint64, func() error) (bool, error) { return false, nil }
	}
	if o.BeforeUnlock == nil {
		o.BeforeUnlock = func() {}
	}
	if o.Interrupted == nil {
		o.Interrupted = func() error { return nil }
	}
	if o.MaxBytes < format.BlockBytes {
		mistakes = append(mistakes, fmt.Errorf("journal: max bytes %d: at least one block of %d", o.MaxBytes, format.BlockBytes))
	}
	if o.SegmentBytes < format.BlockBytes || o.SegmentBytes%format.BlockBytes != 0 || o.SegmentBytes > maxSegmentBytes {
		mistakes = append(mistakes, fmt.Errorf("journal: segment bytes %d: a multiple of %d up to %d", o.SegmentBytes, format.BlockBytes, maxSegmentBytes))
	}
	mistakes = append(mistakes, checkConsumers(o.Consumers)...)
	if o.SyncInterval < 0 {
		mistakes = append(mistakes, fmt.Errorf("journal: sync interval %v is negative", o.SyncInterval))
	}
	eighth := o.MaxBytes / 8 / format.BlockBytes * format.BlockBytes
	o.SegmentBytes = min(o.SegmentBytes, max(eighth, format.BlockBytes))
	return o, errors.Join(mistakes...)
}

// maxSegmentBytes keeps the index of one segment small.
const maxSegmentBytes = 1 << 30
