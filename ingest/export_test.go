// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"net/http"
	"net/netip"
	"time"
)

// NewLimiter returns the function of a limiter.
func NewLimiter(perSecond float64, shared bool) func(key string, n int) time.Duration {
	l := newLimiter(perSecond, shared)
	return func(key string, n int) time.Duration { return l.allow(key, n, time.Now()) }
}

// Sleep lets seconds pass in a bubble of synctest.
func Sleep(seconds int) { time.Sleep(time.Duration(seconds) * time.Second) }

// Sender returns the key of the sender of a request.
func Sender(trusted []netip.Prefix, r *http.Request) string {
	h := new(Handler)
	h.rules.Store(&rules{trusted: trusted})
	return h.sender(r)
}

// Reasons are all reasons of refused events.
var Reasons = []Reason{
	ReasonMalformed, ReasonType, ReasonTime, ReasonTooLarge, ReasonImport, ReasonInvalid, ReasonSuppressed, ReasonUnknown,
	ReasonConsent, ReasonUserRate,
}

// Held returns the bytes of bodies that are held, and of those whose requests have shown no key.
func (h *Handler) Held() int64 { return h.inFlight.held.Load() + h.inFlight.keyless.Load() }

// NewBudget returns the functions of a budget.
func NewBudget(bytes int64) (take func(n int64, keyless bool) bool, give func(n int64, keyless bool)) {
	b := &budget{max: bytes}
	return b.take, b.give
}
