// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"errors"
	"io"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

// chunkBytes is what is read at once.
const chunkBytes = 256 << 10

// readAttempts is how often a block is read before it counts as damaged.
const readAttempts = 3

// readChunk reads what lies from offset on, to size or the end of a block, into
// buf of chunkBytes. What cannot be read is zeros, which are no record: the
// error says why and is for the log only.
func readChunk(f filesystem.File, buf []byte, offset, size int64) ([]byte, error) {
	end := min(size, offset-offset%format.BlockBytes+chunkBytes)
	buf = buf[:end-offset]
	n, err := f.ReadAt(buf, offset)
	if n == len(buf) {
		return buf, nil
	}
	if isEOF(err) {
		clear(buf[n:])
		return buf, nil
	}
	// One bad sector must not cost the whole chunk.
	var failed error
	for at := offset; at < end; {
		next := min(end, at-at%format.BlockBytes+format.BlockBytes)
		block := buf[at-offset : next-offset]
		for attempt := 0; ; attempt++ {
			n, err := f.ReadAt(block, at)
			if n == len(block) {
				break
			}
			if isEOF(err) || attempt == readAttempts {
				if !isEOF(err) {
					failed = err
				}
				clear(block[n:])
				break
			}
		}
		at = next
	}
	return buf, failed
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// absent stands for a file that vanished.
type absent struct{ filesystem.File }

func (absent) ReadAt([]byte, int64) (int, error) { return 0, io.EOF }

func (absent) Size() (int64, error) { return 0, nil }

func (absent) Close() error { return nil }
