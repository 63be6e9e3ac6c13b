// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"net/http"
	"runtime"
	"sync"
	"weak"
)

// servers are the servers in which streams of the page run: a service can have a public one and an internal one. A
// server that is shut down ends its own streams. Otherwise it would wait for them. The zero value has no servers. It is
// safe for concurrent use.
type servers struct {
	mu  sync.Mutex                                  // guards all
	all map[weak.Pointer[http.Server]]chan struct{} // closed when the server is shut down; an entry lives as long as its server
}

// ends returns a channel that is closed when the server of a request is shut down; nil without a server.
func (s *servers) ends(r *http.Request) <-chan struct{} {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	key := weak.Make(server)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ended, known := s.all[key]; known {
		return ended
	}
	if s.all == nil {
		s.all = make(map[weak.Pointer[http.Server]]chan struct{})
	}
	ended := make(chan struct{})
	s.all[key] = ended
	server.RegisterOnShutdown(sync.OnceFunc(func() { close(ended) })) // Shutdown may be called twice
	runtime.AddCleanup(server, s.forget, key)
	return ended
}

func (s *servers) forget(key weak.Pointer[http.Server]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, key)
}
