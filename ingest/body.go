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
	max     int64
	held    atomic.Int64
	keyless atomic.Int64 // of held: by requests that have not shown a key
}

// take takes n bytes. Requests that have not shown a key share half of the budget, so that they cannot shut out the others.
func (b *budget) take(n int64, keyless bool) bool {
	if keyless && b.keyless.Add(n) > b.max/2 {
		b.keyless.Add(-n)
		return false
	}
	if b.held.Add(n) > b.max {
		b.give(n, keyless)
		return false
	}
	return true
}

func (b *budget) give(n int64, keyless bool) {
	b.held.Add(-n)
	if keyless {
		b.keyless.Add(-n)
	}
}

// body is the body of a request, decompressed. Its memory counts for the budget until release.
type body struct {
	budget  *budget
	taken   int64
	keyless bool
	proves  func(beginning []byte) bool // reports whether what a body begins with shows a key; nil: nothing but headers does
	data    []byte
}

func (b *body) release() { b.budget.give(b.taken, b.keyless) }

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
			if b.keyless && b.proves != nil && len(data) == chunk && b.proves(data) {
				b.budget.keyless.Add(-b.taken)
				b.keyless = false
			}
			if !b.budget.take(int64(grow), b.keyless) {
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

// replace makes what r has the data, at most limit bytes, and gives the memory of the former data back.
func (b *body) replace(r io.Reader, limit int) error {
	former := b.taken
	data, err := b.readAll(r, limit)
	if err != nil {
		return err
	}
	b.data = data
	b.budget.give(former, b.keyless)
	b.taken -= former
	return nil
}

// read reads the body of a request, at most limit bytes of it, before and after decompression. A request whose headers have an
// unknown key is not read. gzip is recognised by its first bytes, because clients label it as anything.
func (h *Handler) read(w http.ResponseWriter, r *http.Request, limit int) (*body, error) {
	return h.readShown(w, r, limit, nil)
}

// readShown is read for a body whose beginning may show a key.
func (h *Handler) readShown(w http.ResponseWriter, r *http.Request, limit int, proves func([]byte) bool) (*body, error) {
	key := keyOf(r)
	if key != "" && h.find(key) == nil {
		return nil, errKey
	}
	if r.ContentLength > int64(limit) {
		return nil, errTooLarge
	}
	b := &body{budget: &h.inFlight, keyless: key == "", proves: proves}
	if err := b.fill(r, limit); err != nil {
		b.release()
		return nil, err
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	return b, nil
}

// limitReading gives a body BodyTimeout to arrive. The deadline stays where the body is not read to its end, so that net/http, which
// discards the rest before it answers, does not wait for it either. A server that cannot set deadlines has bounds of its own.
func (h *Handler) limitReading(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		_ = http.NewResponseController(w).SetReadDeadline(h.now().Add(h.cfg.BodyTimeout))
	}
}

func (b *body) fill(r *http.Request, limit int) error {
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
		err = b.replace(z, limit)
	}
	if err != nil && !errors.Is(err, errBusy) && !errors.Is(err, errTooLarge) {
		err = notJSON(fmt.Sprintf("the body begins as gzip and cannot be decompressed: %v", err))
	}
	return err
}
