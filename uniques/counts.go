// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/instruments"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
)

// counts evaluates which values of a document count in which metrics. It is safe for concurrent use.
type counts struct {
	metrics []*metric
	byName  map[string]*metric
	mapped  []*records // of the maps that declare metrics
}

// newCounts returns the counts of metrics that were checked.
func newCounts(metrics []Metric) counts {
	c := counts{byName: make(map[string]*metric, len(metrics))}
	for _, m := range metrics {
		made := newMetric(m)
		c.metrics = append(c.metrics, made)
		c.byName[m.Name] = made
		if m.records != nil && !slices.Contains(c.mapped, m.records) {
			c.mapped = append(c.mapped, m.records)
		}
	}
	return c
}

// of returns the values that a document counts, for a process whose clock shows now.
func (c *counts) of(hasher *sketch.Hasher, doc bson.Raw, now time.Time) (values []counted) {
	if on, said := doc.Lookup(eventdoc.FieldMetrics).BooleanOK(); said && !on {
		return nil
	}
	happened, ok := doc.Lookup(eventdoc.FieldTime).TimeOK()
	if !ok {
		return nil
	}
	doc = eventdoc.PlainDocument(doc)
	eventType, _ := doc.Lookup(eventdoc.FieldType).StringValueOK()
	b := bucket.Place(happened, now)
	var buf [64]byte
	for _, r := range c.mapped {
		r.each(doc, eventType, func(name, tuple string, value instruments.Value) {
			if m := c.byName[name]; m != nil && b.End().Add(m.longest+keptFor).After(now) {
				kind, bytes := hashed(value, buf[:])
				values = append(values, counted{place{name, tuple, b}, hasher.Hash(kind, bytes)})
			}
		})
	}
	for _, m := range c.metrics {
		if m.records != nil || !b.End().Add(m.longest+keptFor).After(now) {
			continue
		}
		kind, value, ok := m.value(doc, buf[:])
		if !ok {
			continue
		}
		values = append(values, counted{place{m.Name, "", b}, hasher.Hash(kind, value)})
	}
	return values
}
