// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"reflect"
	"slices"
	"sync"
	"weak"

	"go.opentelemetry.io/otel/metric"
)

// maxRetired bounds how many clients of a process keep their numbers on a page after they were shut down.
const maxRetired = 16

// pages distinguishes clients that share a provider. A provider has no place for that, so that pages belongs to the
// process: see docs/design/final-numbers.md.
var pages clientPages

// clientPages knows which clients are on the page of a provider.
type clientPages struct {
	mu      sync.Mutex             // guards what follows
	open    []weak.Pointer[Client] // those that were not shut down; a client that its host has dropped is garbage
	retired []*Client              // those that were shut down and are still on the page, the oldest first
}

// enter adds a client. It removes clients from the page that used the same provider and were shut down before.
func (p *clientPages) enter(c *Client) {
	if !distinct(c.provider) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = slices.DeleteFunc(p.retired, func(other *Client) bool {
		same := other.provider == c.provider
		if same {
			_ = other.unmeasure()
		}
		return same
	})
	p.others(c)
	p.open = append(p.open, weak.Make(c))
}

// retire leaves the final numbers of a client on the page, unless another client is there.
func (p *clientPages) retire(c *Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.others(c) || !distinct(c.provider) {
		_ = c.unmeasure()
		return
	}
	if p.retired = append(p.retired, c); len(p.retired) > maxRetired {
		_ = p.retired[0].unmeasure()
		p.retired = slices.Delete(p.retired, 0, 1)
	}
}

// forget removes a client that New does not return.
func (p *clientPages) forget(c *Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.others(c)
}

// others forgets c and those who are gone, and reports whether an open client has c's provider. The caller holds mu.
func (p *clientPages) others(c *Client) (shared bool) {
	p.open = slices.DeleteFunc(p.open, func(w weak.Pointer[Client]) bool {
		other := w.Value()
		if other == nil || other == c {
			return true
		}
		shared = shared || distinct(c.provider) && other.provider == c.provider
		return false
	})
	return shared
}

// distinct reports whether a provider can be told from another.
func distinct(p metric.MeterProvider) bool { return reflect.ValueOf(p).Comparable() }
