// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// limiter bounds the events a second of each key of a table that is bounded itself. It is the generic cell rate algorithm: a key
// has one time, until which its events are paid for.
type limiter struct {
	every time.Duration // of one event; 0: no limit
	burst time.Duration // what a key may be ahead

	mu   sync.Mutex
	paid map[string]time.Time
}

const (
	// burstSeconds is how many seconds' events may come at once.
	burstSeconds = 10
	// maxLimited bounds the keys of a limiter. Those beyond share one limit.
	maxLimited = 10_000
)

func newLimiter(perSecond float64) *limiter {
	if perSecond <= 0 {
		return nil
	}
	every := max(time.Duration(float64(time.Second)/perSecond), 1)
	return &limiter{every: every, burst: max(burstSeconds*time.Second, every), paid: make(map[string]time.Time)}
}

// allow takes n events of a key, or none of them, and says how long to wait until they fit. A request with more events than
// a burst passes when nothing else is owed.
func (l *limiter) allow(key string, n int, now time.Time) (wait time.Duration) {
	if l == nil || n == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	until, known := l.paid[key]
	if !known && len(l.paid) >= maxLimited {
		l.forget(now)
		if len(l.paid) >= maxLimited {
			key = ""
			until = l.paid[key]
		}
	}
	if until.Before(now) {
		until = now
	}
	cost := time.Duration(n) * l.every
	if over := until.Add(cost).Sub(now) - l.burst; over > 0 && until.After(now) {
		return over
	}
	l.paid[key] = until.Add(cost)
	return 0
}

// forget removes the keys that owe nothing.
func (l *limiter) forget(now time.Time) {
	for key, until := range l.paid {
		if !until.After(now) {
			delete(l.paid, key)
		}
	}
}

// sender returns who a request comes from, as a key of a limiter: an IPv4 address, or the /64 of an IPv6 address. What
// X-Forwarded-For says counts as far as trusted proxies have written it.
func (h *Handler) sender(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && h.trusts(at); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = before.Unmap().WithZone("")
	}
	if at.Is6() {
		p, err := at.WithZone("").Prefix(64)
		if err != nil {
			return ""
		}
		return p.String()
	}
	return at.String()
}

func (h *Handler) trusts(at netip.Addr) bool {
	for _, p := range h.cfg.TrustedProxies {
		if p.Contains(at) {
			return true
		}
	}
	return false
}
