// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

const (
	tick         = 100 * time.Millisecond
	figuresEvery = time.Second
	healthEvery  = 5 * time.Second
	sampleEvery  = 5 * time.Second
	kept         = 10 * time.Minute // how long samples are kept, and taken after the last viewer has left

	maxViewers    = 32
	maxTickEvents = 20        // of one viewer: 200 a second
	maxTickBytes  = 96 << 10  // of one viewer
	maxQueue      = 16        // messages that wait for a viewer
	maxWaiting    = 160 << 10 // bytes that wait for a viewer before events are left out for it
	maxUndeclared = 100       // names of types that are remembered
)

// hub sends events and figures to viewers while there are any. One goroutine does all:
//
//	Track → feed ─┐
//	  every tick  ├→ hub.run → viewer.queue → handler of the stream, one for each viewer
//	client, page ─┘              full: the viewer is dropped
//	of metrics
//
// It starts with the first viewer, and ends some minutes after the last one.
type hub struct {
	page    *Page
	feed    feed
	metrics *metrics

	mu         sync.Mutex // guards what follows
	viewers    map[*viewer]bool
	running    bool
	dropped    int64 // viewers that did not read
	seen       int64 // events
	undeclared map[string]int64
	lastBatch  eventstore.InsertAttempt
	health     otelanalytics.Health
}

// viewer is a viewer with a stream.
type viewer struct {
	access  Access
	filters []filter
	queue   chan []byte   // whole messages
	waiting atomic.Int64  // the bytes in queue
	gone    chan struct{} // closed when the viewer was dropped
	skipped int64         // events that passed the filters and were not sent, since the stream began
	missed  int64         // events that nobody could see, since the stream began
}

func newHub(p *Page) *hub {
	return &hub{page: p, metrics: newMetrics(p), viewers: make(map[*viewer]bool), undeclared: make(map[string]int64)}
}

// enter adds a viewer, unless there are too many.
func (h *hub) enter(v *viewer) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.viewers) >= maxViewers {
		return false
	}
	h.viewers[v] = true
	if !h.running {
		h.running = true
		go h.run()
	}
	return true
}

func (h *hub) leave(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.viewers, v)
}

// all returns the viewers of now.
func (h *hub) all() []*viewer {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*viewer, 0, len(h.viewers))
	for v := range h.viewers {
		list = append(list, v)
	}
	return list
}

// run is the goroutine of the hub.
func (h *hub) run() {
	client := h.page.client
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	forget := client.OnInsertAttempt(func(a eventstore.InsertAttempt) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.lastBatch = a
	})
	defer forget()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	var (
		w        watch
		figures  figuring
		lastSeen = time.Now() // a viewer
		sent     time.Time    // figures
		sampled  time.Time
		asked    time.Time
	)
	defer func() { w.end() }()
	for {
		select {
		case <-h.page.closed:
			h.stop()
			return
		case <-client.Closing():
			h.stop()
			return
		case <-ticker.C:
		}
		now := time.Now()
		viewers := h.all()
		if len(viewers) == 0 {
			w.end()
			if h.idle(now.Sub(lastSeen)) {
				h.metrics.forget()
				return
			}
		} else {
			lastSeen = now
			w.begin(h)
			w.pass(h, viewers)
		}
		if now.Sub(asked) >= healthEvery && len(viewers) > 0 {
			asked = now
			go h.ask(ctx)
		}
		if now.Sub(sampled) >= h.metrics.pause() {
			sampled = now
			h.metrics.sample(now)
		}
		if now.Sub(sent) >= figuresEvery && len(viewers) > 0 {
			sent = now
			h.sendAll(viewers, "figures", figures.of(h, now))
		}
	}
}

// idle ends the hub when nobody has looked for so long that the samples are useless.
func (h *hub) idle(since time.Duration) bool {
	if since < kept {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.viewers) > 0 {
		return false
	}
	h.running = false
	return true
}

func (h *hub) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running = false
}

// ask stores the client's health. It waits for a ping.
func (h *hub) ask(ctx context.Context) {
	health := h.page.client.Health(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.health = health
}

// sendAll sends one value to all.
func (h *hub) sendAll(viewers []*viewer, name string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		h.page.config.logger.Error("the live page cannot encode its "+name, "error", err)
		return
	}
	m := message(name, data)
	for _, v := range viewers {
		h.send(v, m)
	}
}

// send queues a message for a viewer. It drops the viewer when the queue is full.
func (h *hub) send(v *viewer, m []byte) {
	v.waiting.Add(int64(len(m)))
	select {
	case v.queue <- m:
		return
	default:
	}
	h.drop(v)
}

// drop ends the stream of a viewer that does not read.
func (h *hub) drop(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.viewers[v] {
		delete(h.viewers, v)
		h.dropped++
		close(v.gone)
	}
}

// message is a message of the stream (HTML standard, server-sent events). JSON has no newlines.
func message(name string, data []byte) []byte {
	m := make([]byte, 0, len(name)+len(data)+16)
	m = append(m, "event: "...)
	m = append(m, name...)
	m = append(m, "\ndata: "...)
	m = append(m, data...)
	return append(m, "\n\n"...)
}
