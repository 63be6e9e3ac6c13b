// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// measures are the samples of a metric that are compared, by their names.
func measures(m *eventmap.Metric, name string) []string {
	if m.Instrument.IsDistribution() {
		return []string{name + "_count", name + "_sum"}
	}
	return []string{name}
}

// labelsOf is the labels of a series that the map declares, as text. An attribute with a limit is left out: which of its
// values became other depends on their order at one process.
func labelsOf(m *eventmap.Metric, value func(label string, i int) string) string {
	var parts []string
	for i := range m.Attributes {
		if a := &m.Attributes[i]; a.Limit == 0 {
			parts = append(parts, a.PrometheusLabel()+"="+quoted(value(a.PrometheusLabel(), i)))
		}
	}
	return strings.Join(parts, ",")
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

// readGrowth finds what each series of a metric grew by within each life.
func (s *server) readGrowth(ctx context.Context, lives []*life, m *eventmap.Metric, name string) error {
	for _, measure := range measures(m, name) {
		all, err := s.raw(ctx, measure)
		if err != nil {
			return err
		}
		for _, series := range all {
			on := targetOf(series.Labels)
			k := key{measure, labelsOf(m, func(label string, _ int) string { return series.Labels[label] })}
			for _, l := range lives {
				if on == (target{l.job, l.instance}) {
					l.growth[k] += l.grown(series.Samples)
				}
			}
		}
	}
	return nil
}

// grown returns by how much a series grew from the first to the last scrape of a life, or from its beginning on. A sample that
// is lower than the one before is a reset, of which only raw samples show all.
func (l *life) grown(samples []promapi.Sample) float64 {
	last, ok := at(samples, l.last)
	if !ok || last.At < l.first {
		return 0
	}
	if l.fresh {
		return last.Value
	}
	if first, ok := at(samples, l.first); ok && first.At == l.first {
		return last.Value - first.Value
	}
	return last.Value // it did not exist at the first scrape
}

// readLost counts the events that a life has accepted and that have no document of its own, as far as its page says.
func (s *server) readLost(ctx context.Context, lives []*life) error {
	for _, own := range []*ownmetrics.Metric{
		ownmetrics.EventsQuarantined, ownmetrics.EventsLost, ownmetrics.EventsDeduplicated, ownmetrics.EventsSuppressed, ownmetrics.JournalPending,
	} {
		all, err := s.raw(ctx, s.prefix+own.PrometheusName())
		if err != nil {
			return err
		}
		for _, series := range all {
			if series.Labels["reason"] == ownmetrics.ReasonEventMap {
				continue // the metrics of the map do not have them either
			}
			for _, l := range lives {
				if targetOf(series.Labels) != (target{l.job, l.instance}) {
					continue
				}
				if own == ownmetrics.JournalPending {
					if last, ok := at(series.Samples, l.last); ok && last.At == l.last {
						l.lost += last.Value
					}
					continue
				}
				l.lost += l.grown(series.Samples)
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[key]V) []key {
	return slices.SortedFunc(maps.Keys(m), func(a, b key) int {
		if c := strings.Compare(a.measure, b.measure); c != 0 {
			return c
		}
		return strings.Compare(a.labels, b.labels)
	})
}
