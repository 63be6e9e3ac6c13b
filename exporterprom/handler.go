// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"maps"
	"net/http"
	"sync"
)

// handler answers requests for the page. It writes an answer into memory and sends it from there: a client that reads
// slowly delays no gathering. Requests for the same answer that arrive while its gathering runs share it.
type handler struct {
	page *pageWriter
	used sync.Pool // of answers that every request has sent

	mu      sync.Mutex // guards running, and users of answers
	running map[string]*answer
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Accept") + "\x00" + r.Header.Get(acceptEncoding) + "\x00"
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
	_, _ = w.Write(a.body)
}

// begin makes an answer that others may share until it is gathered. The caller holds mu.
func (h *handler) begin(key string) *answer {
	a, _ := h.used.Get().(*answer)
	if a == nil {
		a = &answer{}
	}
	a.page = a.page[:0]
	a.ready, a.header, a.status, a.body = make(chan struct{}), nil, http.StatusInternalServerError, nil
	a.gathered = sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.running, key)
	})
	h.running[key] = a
	return a
}

// release returns the memory of an answer that nobody needs any more to the pool.
func (h *handler) release(a *answer) {
	h.mu.Lock()
	a.users--
	last := a.users == 0
	h.mu.Unlock()
	if last {
		h.used.Put(a)
	}
}

// write writes the answer. For a client that accepts gzip alone, such as Prometheus, it then compresses the answer,
// while no gathering waits. promhttp does other compressions. Requests that wait for an answer that panics get status
// 500.
func (h *handler) write(a *answer, r *http.Request) {
	defer close(a.ready)
	defer a.gathered()
	pack := r.Header.Get(acceptEncoding) == "gzip"
	if pack {
		r = r.WithContext(r.Context()) // a copy
		r.Header = maps.Clone(r.Header)
		delete(r.Header, acceptEncoding)
	}
	h.page.write(a, r)
	if a.header == nil {
		a.WriteHeader(http.StatusOK)
	}
	a.body = a.page
	if pack && a.status == http.StatusOK {
		a.pack()
	}
}

const acceptEncoding = "Accept-Encoding"
