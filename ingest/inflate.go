// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"sync"
)

// costInflate is what the budget pays for the window and the tables of a decompressor while it is used.
const costInflate = 48 << 10

// gzipReaders are decompressors that nobody uses.
var gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}

// gunzip decompresses the data.
func (b *body) gunzip(limit int) error {
	if !b.take(costInflate) {
		return errBusy
	}
	defer b.give(costInflate)
	z := gzipReaders.Get().(*gzip.Reader)
	defer gzipReaders.Put(z)
	if err := z.Reset(bytes.NewReader(b.data)); err != nil {
		return err
	}
	expected := announced(b.data)
	if expected > int64(limit) { // a bomb, or no gzip: neither gets memory
		n, err := io.Copy(io.Discard, io.LimitReader(z, int64(limit)+1))
		if n > int64(limit) {
			return errTooLarge
		}
		if err == nil {
			err = gzip.ErrChecksum
		}
		return err
	}
	return b.replace(z, expected, limit)
}

// announced is how many bytes gzip's trailer says that there are (RFC 1952, ISIZE).
func announced(gz []byte) int64 {
	if len(gz) < 4 {
		return 0
	}
	end := gz[len(gz)-4:]
	return int64(end[0]) | int64(end[1])<<8 | int64(end[2])<<16 | int64(end[3])<<24
}

// inflate decompresses data in zlib's format, which few clients send.
func (b *body) inflate(limit int) error {
	if !b.take(costInflate) {
		return errBusy
	}
	defer b.give(costInflate)
	z, err := zlib.NewReader(bytes.NewReader(b.data))
	if err != nil {
		return err
	}
	return b.replace(z, 0, limit)
}
