// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/servicelink"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// variables returns the SDK's variables that are set, without those for tests, those that package telemetry reads, and
// those that Kubernetes makes for a Service.
func variables(environment []string) map[string]string {
	set := make(map[string]string)
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		value = words.WithoutNewline(value)
		switch {
		case value == "", !strings.HasPrefix(name, variablePrefix), strings.HasPrefix(name, testPrefix), strings.HasPrefix(name, telemetryPrefix),
			servicelink.Is(name, value):
		default:
			set[name] = value
		}
	}
	return set
}

// lookupIn returns a function that finds any variable; one that is not set is empty.
func lookupIn(environment []string) func(name string) string {
	all := make(map[string]string, len(environment))
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		all[name] = words.WithoutNewline(value)
	}
	return func(name string) string { return all[name] }
}

// readVariables applies the variables: mistakes in the table's order, then unknown ones by name.
func (c *Config) readVariables(table []setting, set map[string]string) []error {
	var errs []error
	known := []string{fileVariable}
	for _, s := range table {
		if s.variable == "" {
			continue
		}
		known = append(known, s.variable)
		value, ok := set[s.variable]
		if !ok || s.value.unread {
			continue
		}
		if err := s.value.set(c, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.variable, err))
		}
	}
	var unknown []string
	for name := range set {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		errs = append(errs, fmt.Errorf("%s: is not a known variable; %s", words.Short(name), suggestVariable(name, known)))
	}
	return errs
}

// suggestVariable compares what follows the prefix: the prefix itself is right.
func suggestVariable(name string, known []string) string {
	rest := make([]string, len(known))
	for i, k := range known {
		rest[i] = strings.TrimPrefix(k, variablePrefix)
	}
	s := "known: " + strings.Join(known, ", ")
	if near, ok := words.Nearest(strings.TrimPrefix(name, variablePrefix), rest); ok {
		s = "did you mean " + variablePrefix + near + "? " + s
	}
	return s
}
