// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"errors"
	"net/http"
	"os"
	"time"
)

// writeTimeout bounds each write to a viewer.
const writeTimeout = 3 * time.Second

// stream sends events and figures until the viewer leaves, is dropped, or the page or the client closes.
func (p *Page) stream(w http.ResponseWriter, r *http.Request, access Access) {
	v := &viewer{
		access: access, filters: parseFilters(r.URL.Query(), &access), queue: make(chan []byte, maxQueue), gone: make(chan struct{}),
	}
	if p.isClosed() {
		http.Error(w, "The service is shutting down.", http.StatusServiceUnavailable)
		return
	}
	if !p.hub.enter(v) {
		http.Error(w, "The live page has as many viewers as it takes.", http.StatusServiceUnavailable)
		return
	}
	defer p.hub.leave(v)
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{}) // the server's would end the stream; a writer that has none needs none
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	if send(w, c, []byte("retry: 1000\n\n")) != nil {
		return
	}
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	for {
		m := []byte(": alive\n\n")
		select {
		case m = <-v.queue:
		case <-alive.C:
		case <-v.gone:
			return
		case <-r.Context().Done():
			return
		case <-p.closed:
			return
		case <-p.client.Closing():
			return
		}
		if err := send(w, c, m); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				p.hub.drop(v)
			}
			return
		}
	}
}

// send writes a message. The error is os.ErrDeadlineExceeded for a viewer that does not take it in time.
func send(w http.ResponseWriter, c *http.ResponseController, m []byte) error {
	_ = c.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := w.Write(m); err != nil {
		return err
	}
	return c.Flush()
}

func (p *Page) isClosed() bool {
	select {
	case <-p.closed:
		return true
	case <-p.client.Closing():
		return true
	default:
		return false
	}
}
