// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

var (
	errBusy     = errors.New("too many bytes of bodies are held at the moment")
	errTooLarge = errors.New("the body is too large")
)

// budget bounds the bytes of all bodies that are held at once.
type budget struct {
	max  int64
	held atomic.Int64
}

func (b *budget) take(n int64) bool {
	if b.held.Add(n) > b.max {
		b.held.Add(-n)
		return false
	}
	return true
}

// body is the body of a request, decompressed. Its memory counts for the budget until release.
type body struct {
	budget *budget
	taken  int64
	data   []byte
}

func (b *body) release() { b.budget.held.Add(-b.taken) }

// chunk is the least that a body grows by.
const chunk = 8 << 10

// readAll appends what r has, at most limit bytes, with memory of the budget.
func (b *body) readAll(r io.Reader, limit int) ([]byte, error) {
	var data []byte
	for {
		if len(data) == cap(data) {
			grow := max(chunk, cap(data))
			if grow = min(grow, limit+1-cap(data)); grow <= 0 {
				return nil, errTooLarge
			}
			if !b.budget.take(int64(grow)) {
				return nil, errBusy
			}
			b.taken += int64(grow)
			larger := make([]byte, len(data), cap(data)+grow)
			copy(larger, data)
			data = larger
		}
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case len(data) > limit:
			return nil, errTooLarge
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, err
		}
	}
}

// read reads the body of a request, at most limit bytes of it, before and after decompression. A request whose headers have an
// unknown key is not read. gzip is recognised by its first
// bytes, because clients label it as anything.
func (h *Handler) read(w http.ResponseWriter, r *http.Request, limit int) (*body, error) {
	if key := keyOf(r); key != "" && h.find(key) == nil {
		return nil, errKey
	}
	if r.ContentLength > int64(limit) {
		return nil, errTooLarge
	}
	b := &body{budget: &h.inFlight}
	if err := h.fill(b, w, r, limit); err != nil {
		b.release()
		return nil, err
	}
	return b, nil
}

func (h *Handler) fill(b *body, w http.ResponseWriter, r *http.Request, limit int) error {
	// A server that cannot set deadlines has bounds of its own.
	_ = http.NewResponseController(w).SetReadDeadline(h.now().Add(h.cfg.BodyTimeout))
	defer func() { _ = http.NewResponseController(w).SetReadDeadline(time.Time{}) }()
	raw, err := b.readAll(r.Body, limit)
	if err != nil {
		return err
	}
	b.data = raw
	if !bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		return nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err == nil {
		b.data, err = b.readAll(z, limit)
	}
	if err != nil && !errors.Is(err, errBusy) && !errors.Is(err, errTooLarge) {
		err = notJSON(fmt.Sprintf("the body begins as gzip and cannot be decompressed: %v", err))
	}
	return err
}
