// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"bytes"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
)

// handler answers requests for the page. It has promhttp write an answer into memory and sends it from there: a client that
// reads slowly keeps no gathering waiting. Requests for the same answer that come while its gathering runs share it.
type handler struct {
	page http.Handler // promhttp's
	size atomic.Int64 // of the last answer

	mu      sync.Mutex // guards running
	running map[string]*answer
}

// answer is what a request gets, as an http.ResponseWriter in memory.
type answer struct {
	ready    chan struct{} // closed when it is whole
	gathered func()        // called at its first byte or header, once the gathering is over

	header http.Header
	status int
	bytes.Buffer
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Accept") + "\x00" + r.Header.Get("Accept-Encoding") + "\x00"
	if r.URL != nil {
		key += r.URL.RawQuery
	}
	h.mu.Lock()
	a := h.running[key]
	if a == nil {
		a = h.begin(key)
		h.mu.Unlock()
		h.write(a, r)
	} else {
		h.mu.Unlock()
		select {
		case <-a.ready:
		case <-r.Context().Done():
			return
		}
	}
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.Bytes())
}

// begin makes an answer that others may share until it is gathered. The caller holds mu.
func (h *handler) begin(key string) *answer {
	a := &answer{ready: make(chan struct{}), status: http.StatusInternalServerError}
	a.gathered = sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.running, key)
	})
	h.running[key] = a
	return a
}

// write has promhttp write the answer. Those who wait for one that panics get the status 500.
func (h *handler) write(a *answer, r *http.Request) {
	defer close(a.ready)
	defer a.gathered()
	a.Grow(int(h.size.Load()))
	h.page.ServeHTTP(a, r)
	if a.header == nil {
		a.WriteHeader(http.StatusOK)
	}
	h.size.Store(int64(a.Len()))
}

// Header is the first that promhttp asks for when it has gathered.
func (a *answer) Header() http.Header {
	if a.header == nil {
		a.gathered()
		a.header, a.status = http.Header{}, http.StatusOK
	}
	return a.header
}

func (a *answer) WriteHeader(status int) { a.Header(); a.status = status }
