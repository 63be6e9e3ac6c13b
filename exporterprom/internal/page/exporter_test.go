// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"testing"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
)

// FuzzPage compares random pages, of several gatherings each, with those of OpenTelemetry's exporter.
func FuzzPage(f *testing.F) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	otel.SetLogger(logr.Discard())
	for seed := range uint64(100) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := newRandom(seed)
		attributes := r.set(4)
		history(t, r, newPair(t, r.config(), resource.NewSchemaless(attributes.ToSlice()...)))
	})
}

// source is an instrument while a page grows and shrinks.
type source struct {
	metric metricdata.Metrics
	sets   []attribute.Set
}

// history compares pages while instruments and series come and go.
func history(t *testing.T, r random, p *pair) {
	scopes := make([]metricdata.ScopeMetrics, 0, 3)
	sources := map[int][]source{}
	known := map[any]bool{}
	for gathering := range 5 {
		if s := r.scope(); len(scopes) < 3 && !known[s] {
			known[s] = true
			scopes = append(scopes, metricdata.ScopeMetrics{Scope: s})
		}
		for i := range scopes {
			for range r.IntN(4) {
				sources[i] = append(sources[i], source{metric: r.metric()})
			}
			if len(sources[i]) > 1 && r.IntN(3) == 0 {
				at := r.IntN(len(sources[i]))
				sources[i] = append(sources[i][:at:at], sources[i][at+1:]...)
			}
			scopes[i].Metrics = nil
			for k := range sources[i] {
				s := &sources[i][k]
				r.evolve(s)
				if len(s.sets) > 0 {
					m := s.metric
					r.fill(&m, s.sets)
					scopes[i].Metrics = append(scopes[i].Metrics, m)
				}
			}
		}
		p.compare(t, scopes)
		if t.Failed() {
			t.Fatalf("gathering %d", gathering)
		}
	}
}

// evolve has series come, go and change their places.
func (r random) evolve(s *source) {
	have := map[attribute.Distinct]bool{}
	for _, set := range s.sets {
		have[set.Equivalent()] = true
	}
	for range pick(r, 0, 0, 1, 5) {
		set := r.usual()
		if r.IntN(4) == 0 {
			set = r.set(3)
		}
		if !have[set.Equivalent()] {
			have[set.Equivalent()] = true
			s.sets = append(s.sets, set)
		}
	}
	if len(s.sets) > 0 && r.IntN(3) == 0 {
		at := r.IntN(len(s.sets))
		s.sets = append(s.sets[:at:at], s.sets[at+1:]...)
	}
	if r.IntN(4) == 0 {
		r.Shuffle(len(s.sets), func(i, k int) { s.sets[i], s.sets[k] = s.sets[k], s.sets[i] })
	}
}
