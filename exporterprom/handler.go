// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"bytes"
	"maps"
	"net/http"
	"sync"
)

// handler answers requests for the page. It has promhttp write an answer into memory and sends it from there: a client that
// reads slowly keeps no gathering waiting. Requests for the same answer that come while its gathering runs share it.
type handler struct {
	page http.Handler // promhttp's
	used sync.Pool    // of answers that everybody has

	mu      sync.Mutex // guards running, and users of answers
	running map[string]*answer
}

// answer is what a request gets, as an http.ResponseWriter in memory.
type answer struct {
	ready    chan struct{} // closed when it is whole
	gathered func()        // called at its first byte or header, once the gathering is over
	users    int           // who have not sent it yet

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
	first := a == nil
	if first {
		a = h.begin(key)
	}
	a.users++
	h.mu.Unlock()
	defer h.release(a)
	if first {
		h.write(a, r)
	} else {
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
	a, _ := h.used.Get().(*answer)
	if a == nil {
		a = &answer{}
	}
	a.Reset()
	a.ready, a.header, a.status = make(chan struct{}), nil, http.StatusInternalServerError
	a.gathered = sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.running, key)
	})
	h.running[key] = a
	return a
}

// release keeps the memory of an answer that nobody needs any more for another one.
func (h *handler) release(a *answer) {
	h.mu.Lock()
	a.users--
	last := a.users == 0
	h.mu.Unlock()
	if last {
		h.used.Put(a)
	}
}

// write has promhttp write the answer. Those who wait for one that panics get the status 500.
func (h *handler) write(a *answer, r *http.Request) {
	defer close(a.ready)
	defer a.gathered()
	h.page.ServeHTTP(a, r)
	if a.header == nil {
		a.WriteHeader(http.StatusOK)
	}
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
