// SPDX-License-Identifier: Apache-2.0

package page

import (
	"slices"
	"strings"

	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
)

// namer translates names as OpenTelemetry's exporter does (OpenTelemetry, Prometheus and OpenMetrics compatibility).
type namer struct {
	metrics  otlptranslator.MetricNamer
	labels   otlptranslator.LabelNamer
	suffixes bool // names end in units and _total
}

func newNamer(namespace string, strategy otlptranslator.TranslationStrategyOption) (namer, error) {
	n := namer{suffixes: true}
	if strategy == "" {
		strategy = otlptranslator.UnderscoreEscapingWithSuffixes
	} else {
		n.suffixes = strategy.ShouldAddSuffixes()
	}
	n.labels = otlptranslator.LabelNamer{UTF8Allowed: !strategy.ShouldEscape()}
	if namespace != "" {
		var err error
		if namespace, err = n.labels.Build(namespace); err != nil {
			return n, err
		}
	}
	n.metrics = otlptranslator.NewMetricNamer(namespace, strategy)
	return n, nil
}

// metric returns the name of a family.
func (n *namer) metric(name, unit string, t otlptranslator.MetricType) (string, error) {
	m := otlptranslator.Metric{Name: name, Type: t}
	if n.suffixes {
		m.Unit = unit
	} else if t == otlptranslator.MetricTypeMonotonicCounter {
		m.Type = otlptranslator.MetricTypeNonMonotonicCounter
	}
	return n.metrics.Build(m)
}

// labels are names and values at the same places.
type labels struct{ names, values []string }

func (l *labels) add(name, value string) {
	l.names, l.values = append(l.names, name), append(l.values, value)
}

// and returns the labels of both.
func (l labels) and(other labels) labels {
	return labels{slices.Concat(l.names, other.names), slices.Concat(l.values, other.values)}
}

// attributes returns the labels of a set. Attributes whose names become one share a label, with their sorted values.
func (n *namer) attributes(set attribute.Set) (labels, error) {
	l := labels{make([]string, 0, set.Len()), make([]string, 0, set.Len())}
	if n.labels.UTF8Allowed {
		for i := set.Iter(); i.Next(); {
			kv := i.Attribute()
			l.add(string(kv.Key), kv.Value.String())
		}
		return l, nil
	}
	var shared map[string][]string // values of labels that several attributes have
	for i := set.Iter(); i.Next(); {
		kv := i.Attribute()
		name, err := n.labels.Build(string(kv.Key))
		if err != nil {
			return labels{}, err
		}
		at := slices.Index(l.names, name)
		if at < 0 {
			l.add(name, kv.Value.String())
			continue
		}
		if shared == nil {
			shared = map[string][]string{}
		}
		if shared[name] == nil {
			shared[name] = []string{l.values[at]}
		}
		shared[name] = append(shared[name], kv.Value.String())
	}
	for name, values := range shared {
		slices.Sort(values)
		l.values[slices.Index(l.names, name)] = strings.Join(values, ";")
	}
	return l, nil
}

// scopeLabel begins the names of labels of a scope.
const scopeLabel = "otel_scope_"

// scope returns the labels of a scope.
func (n *namer) scope(s instrumentation.Scope) (labels, error) {
	var l labels
	l.add(scopeLabel+"name", s.Name)
	l.add(scopeLabel+"version", s.Version)
	l.add(scopeLabel+"schema_url", s.SchemaURL)
	own, err := n.attributes(s.Attributes)
	if err != nil {
		return labels{}, err
	}
	for i, name := range own.names {
		if name != "name" && name != "version" && name != "schema_url" {
			l.add(scopeLabel+name, own.values[i])
		}
	}
	return l, nil
}
