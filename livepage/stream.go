// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"errors"
	"net/http"
	"os"
	"strconv"
	"time"
)

const (
	writeTimeout = 3 * time.Second  // of each write to a viewer
	aliveEvery   = 15 * time.Second // how often a viewer is asked whether it is there, and still may be
)

// stream sends events and figures until the viewer leaves, is dropped, or the page or the client closes.
func (p *Page) stream(w http.ResponseWriter, r *http.Request, access Access) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	if r.Method == http.MethodHead {
		return
	}
	ended := p.servers.ends(r)
	v := &viewer{
		access: access, filters: parseFilters(r.URL.Query(), &access), queue: make(chan []byte, maxQueue), gone: make(chan struct{}),
	}
	if p.isClosed() {
		http.Error(w, "The service is shutting down.", http.StatusServiceUnavailable)
		return
	}
	if !p.hub.enter(v) {
		http.Error(w, "The live page has its largest number of viewers.", http.StatusServiceUnavailable)
		return
	}
	defer p.hub.leave(v)
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{}) // the server's would end the stream; a writer that has none needs none
	if send(w, c, []byte("retry: 1000\n\n")) != nil || send(w, c, message("view", []byte(strconv.Quote(access.view())))) != nil {
		return
	}
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for {
		m := []byte(": alive\n\n")
		select {
		case m = <-v.queue:
			v.waiting.Add(-int64(len(m)))
		case <-alive.C:
			if now, ok := p.allows(r); !ok || !now.equal(&access) {
				return // the browser asks again, and gets what it may have now
			}
		case <-v.gone:
			return
		case <-r.Context().Done():
			return
		case <-ended:
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

// send writes a message. The error is os.ErrDeadlineExceeded for a viewer that does not read it in time.
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
