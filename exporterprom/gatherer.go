// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// WithGatherer adds metrics of client_golang to the page: prometheus.DefaultGatherer, or a registry of the program. The
// options add up.
//
// [New] returns an error if the page could not be gathered whole. Unless they were unregistered,
// prometheus.DefaultGatherer has go_* and process_*, which conflict with the page's own: pass [WithoutRuntimeMetrics],
// too.
func WithGatherer(g prometheus.Gatherer) Option {
	return optionFunc(func(c config) config {
		if g != nil {
			c.gatherers = append(c.gatherers[:len(c.gatherers):len(c.gatherers)], g)
		}
		return c
	})
}

// merged returns one page of a registry and gatherers, and the names of the metrics that the gatherers have now.
func merged(registry *prometheus.Registry, gatherers []prometheus.Gatherer) (page prometheus.Gatherer, given []string, err error) {
	own, err := familyNames(registry)
	if err != nil {
		return nil, nil, fmt.Errorf("exporterprom: %w", err)
	}
	all := prometheus.Gatherers{registry}
	for i, g := range gatherers {
		names, err := familyNames(g)
		if err != nil {
			return nil, nil, fmt.Errorf("exporterprom: gatherer %d of WithGatherer cannot be gathered: %w", i+1, err)
		}
		all = append(all, g)
		if _, err := all.Gather(); err != nil {
			if both := twice(names, append(own, given...)); both != "" {
				return nil, nil, fmt.Errorf("exporterprom: gatherer %d of WithGatherer has metrics that are on the page already: %s; "+
					"leave them out of one of the two (WithoutRuntimeMetrics leaves out go_* and process_*)", i+1, both)
			}
			return nil, nil, fmt.Errorf("exporterprom: gatherer %d of WithGatherer conflicts with the rest of the page: %w", i+1, err)
		}
		given = append(given, names...)
	}
	return all, given, nil
}

func familyNames(g prometheus.Gatherer) ([]string, error) {
	families, err := g.Gather()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(families))
	for i, f := range families {
		names[i] = f.GetName()
	}
	return names, nil
}
