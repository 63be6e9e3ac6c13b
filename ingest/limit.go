// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"hash/maphash"
	"maps"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// limiter bounds the events a second of each key of a table that is bounded itself. It is the generic cell rate algorithm: a key
// has one time, until which its events are paid for.
type limiter struct {
	every  time.Duration // of one event
	burst  time.Duration // what a key may be ahead
	seed   maphash.Seed
	shared bool // keys that the table has no room for share one limit; else they have none

	mu     sync.Mutex
	paid   map[uint64]time.Time // by the hash of a key, which may be long
	swept  time.Time
	others time.Time // of the keys without room
}

const (
	// burstSeconds is how many seconds' events may come at once.
	burstSeconds = 10
	// maxLimited bounds the keys of a limiter.
	maxLimited = 10_000
	// maxEvery bounds the time of one event, so that the time of a whole request can be told: a day for each of 2,500 events.
	maxEvery = 24 * time.Hour
)

// newLimiter returns nil, which allows everything, for a rate of 0.
func newLimiter(perSecond float64, shared bool) *limiter {
	if perSecond <= 0 {
		return nil
	}
	every := time.Duration(min(max(float64(time.Second)/perSecond, 1), float64(maxEvery)))
	return &limiter{
		every: every, burst: max(burstSeconds*time.Second, every), seed: maphash.MakeSeed(), shared: shared, paid: make(map[uint64]time.Time),
	}
}

// allow takes n events of a key, or none of them, and says how long to wait until they fit. A request with more events than
// a burst passes when nothing else is owed.
func (l *limiter) allow(key string, n int, now time.Time) (wait time.Duration) {
	if l == nil || n == 0 {
		return 0
	}
	hash := maphash.String(l.seed, key)
	l.mu.Lock()
	defer l.mu.Unlock()
	until, room := l.until(hash, now)
	if !room && !l.shared {
		return 0
	}
	if until.Before(now) {
		until = now
	}
	next := until.Add(time.Duration(n) * l.every)
	if over := next.Sub(now) - l.burst; over > 0 && until.After(now) {
		return min(over, until.Sub(now))
	}
	if room {
		l.paid[hash] = next
	} else {
		l.others = next
	}
	return 0
}

// until returns the time of a key, and whether the table has it or has room for it. A full table is swept once a second.
func (l *limiter) until(hash uint64, now time.Time) (_ time.Time, room bool) {
	if until, ok := l.paid[hash]; ok {
		return until, true
	}
	if len(l.paid) >= maxLimited && now.Sub(l.swept) >= time.Second {
		l.swept = now
		maps.DeleteFunc(l.paid, func(_ uint64, until time.Time) bool { return !until.After(now) })
	}
	if len(l.paid) < maxLimited {
		return time.Time{}, true
	}
	return l.others, false
}

// giveBack undoes an allow of n events.
func (l *limiter) giveBack(key string, n int) {
	hash := maphash.String(l.seed, key)
	l.mu.Lock()
	defer l.mu.Unlock()
	cost := time.Duration(n) * l.every
	if until, ok := l.paid[hash]; ok {
		l.paid[hash] = until.Add(-cost)
	} else if l.shared {
		l.others = l.others.Add(-cost)
	}
}

// sender returns who a request comes from, as a key of a limiter: an IPv4 address, or the /64 of an IPv6 address. What
// X-Forwarded-For says counts as far as trusted proxies have written it.
func (h *Handler) sender(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	at := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && h.trusts(at); i-- {
		before, ok := hop(hops[i])
		if !ok {
			break
		}
		at = before
	}
	if at.Is6() {
		p, err := at.Prefix(64)
		if err != nil {
			return ""
		}
		return p.String()
	}
	return at.String()
}

// hop reads an entry of X-Forwarded-For. Some proxies add the port.
func hop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	at, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		var withPort netip.AddrPort
		withPort, err = netip.ParseAddrPort(text)
		at = withPort.Addr()
	}
	return at.Unmap().WithZone(""), err == nil
}

func (h *Handler) trusts(at netip.Addr) bool {
	for _, p := range h.rules.Load().trusted {
		if p.Contains(at) {
			return true
		}
	}
	return false
}
