// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

var (
	errBusy     = errors.New("too many bytes of bodies are held at the moment")
	errTooLarge = errors.New("the body is too large")
)

// body is the body of a request, decompressed. Its memory counts for the budget until release.
type body struct {
	budget  *budget
	taken   []int64 // pieces of memory
	keyless bool
	proves  func(beginning []byte) bool // reports whether what a body begins with shows a key; nil: nothing but headers does
	data    []byte
	decoded func() // ends the turn to be decoded; nil: there was none
}

// take takes a piece of memory.
func (b *body) take(n int64) bool {
	if !b.budget.take(n, b.keyless) {
		return false
	}
	b.taken = append(b.taken, n)
	return true
}

// give gives a piece of memory back.
func (b *body) give(n int64) {
	if i := slices.Index(b.taken, n); i >= 0 {
		b.taken = slices.Delete(b.taken, i, i+1)
		b.budget.give(n, b.keyless)
	}
}

// shown notes that the body has shown a key.
func (b *body) shown() {
	for _, n := range b.taken {
		b.budget.shown(n)
	}
	b.keyless = false
}

func (b *body) release() {
	for _, n := range b.taken {
		b.budget.give(n, b.keyless)
	}
	if b.decoded != nil {
		b.decoded()
	}
}

// chunk is the least that a body grows by.
const chunk = 8 << 10

// readAll returns what r has, at most limit bytes, with memory of the budget. expected is how many bytes there may be; it is believed
// once a sixteenth of them is there, so that nobody gets memory for a number.
func (b *body) readAll(r io.Reader, expected int64, limit int) ([]byte, error) {
	var data []byte
	for {
		if len(data) == cap(data) {
			if b.keyless && b.proves != nil && len(data) == chunk && b.proves(data) {
				b.shown()
			}
			var err error
			if data, err = b.grow(data, expected, limit); err != nil {
				return nil, err
			}
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

// grow returns the data with more room. The budget pays for both while the data is copied.
func (b *body) grow(data []byte, expected int64, limit int) ([]byte, error) {
	room := max(chunk, 2*cap(data))
	if expected >= int64(len(data)) && expected <= 16*int64(len(data)) {
		room = int(expected) + 1 // where the end is seen
	}
	if room = min(room, limit+1); room <= cap(data) {
		return nil, errTooLarge
	}
	if !b.take(int64(room)) {
		return nil, errBusy
	}
	larger := make([]byte, len(data), room)
	copy(larger, data)
	b.give(int64(cap(data)))
	return larger, nil
}

// replace makes what r has the data, at most limit bytes and probably as many as expected, and gives the memory of the former data
// back.
func (b *body) replace(r io.Reader, expected int64, limit int) error {
	former := slices.Clone(b.taken)
	data, err := b.readAll(r, expected, limit)
	if err != nil {
		return err
	}
	b.data = data
	for _, n := range former {
		b.give(n)
	}
	return nil
}

// read reads the body of a request, at most limit bytes of it, before and after decompression. One whose headers name
// no source shares the memory of those without a key. gzip and zstd are recognised by their first bytes, because clients label them as
// anything.
func (h *Handler) read(w http.ResponseWriter, r *http.Request, limit int) (*body, error) {
	return h.readShown(w, r, limit, nil)
}

// readShown is read for a body whose beginning may show a key.
func (h *Handler) readShown(w http.ResponseWriter, r *http.Request, limit int, proves func([]byte) bool) (*body, error) {
	s, _, _ := h.fromHeaders(r)
	if r.ContentLength > int64(limit) {
		return nil, errTooLarge
	}
	b := &body{budget: &h.inFlight, keyless: s == nil, proves: proves}
	if err := h.fill(w, b, r, limit); err != nil {
		b.release()
		return nil, err
	}
	return b, nil
}

// limitReading gives a body BodyTimeout to arrive. The deadline stays where the body is not read to its end, so that net/http, which
// discards the rest before it answers, does not wait for it either. A server that cannot set deadlines has bounds of its own.
func (h *Handler) limitReading(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		_ = http.NewResponseController(w).SetReadDeadline(h.now().Add(h.cfg.BodyTimeout))
	}
}

// fill reads the body, waits for its turn, and decompresses it.
func (h *Handler) fill(w http.ResponseWriter, b *body, r *http.Request, limit int) error {
	raw, err := b.readAll(r.Body, r.ContentLength, limit)
	if err != nil {
		return err
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // it would end the request
	b.data = raw
	z := compressionOf(raw)
	size := int64(len(raw))
	if z != nil {
		size = z.announced(raw, limit)
	} else if coding := strings.ToLower(r.Header.Get("Content-Encoding")); slices.Contains(refusedCodings, coding) {
		return unsupported(coding)
	}
	if err := h.turn(r.Context(), b, size); err != nil || z == nil {
		return err
	}
	err = z.decompress(b, limit)
	if err != nil && !errors.Is(err, errBusy) && !errors.Is(err, errTooLarge) {
		err = notJSON(fmt.Sprintf("the body begins as %s and cannot be decompressed: %v", z.name, err))
	}
	return err
}
