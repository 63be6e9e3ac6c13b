// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"

	"github.com/klauspost/compress/zstd"
)

const (
	// maxZstdWindow is the largest window that the content coding zstd may have (RFC 9659).
	maxZstdWindow = 8 << 20
	// costZstd is what the budget pays for the blocks and the tables of a decompressor, beside its window.
	costZstd = 768 << 10
)

// unzstd decompresses the data. The window of the first frame holds for all frames.
func (b *body) unzstd(limit int) error {
	var first zstd.Header
	if err := first.Decode(b.data); err != nil {
		return err
	}
	if first.FrameContentSize > uint64(limit) { // a bomb, or no zstd: neither gets memory
		return errTooLarge
	}
	window := first.WindowSize
	if first.SingleSegment {
		window = first.FrameContentSize
	}
	window = min(max(window, zstd.MinWindowSize), maxZstdWindow)
	cost := int64(window) + costZstd
	if !b.take(cost) {
		return errBusy
	}
	defer b.give(cost)
	z, err := zstd.NewReader(bytes.NewReader(b.data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window))
	if err != nil {
		return err
	}
	defer z.Close()
	return b.replace(z, int64(first.FrameContentSize), limit)
}

// announcedZstd returns how many bytes the header of the first frame says that there are, or the limit where it does not say.
func announcedZstd(data []byte, limit int) int64 {
	var first zstd.Header
	if first.Decode(data) != nil || !first.HasFCS || first.FrameContentSize > uint64(limit) {
		return int64(limit)
	}
	return int64(first.FrameContentSize)
}
