// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"os"
	"slices"
	"strings"
)

// Load reads the configuration file at path and, over it, the variables of the environment that begin
// with OTELANALYTICS_. With the empty path the file is the one that OTELANALYTICS_CONFIG_FILE names, or none.
// Both are described in docs/configuration.md. What neither mentions has its default, see [Config].
//
// In the file, ${NAME} stands for a variable of the environment and ${NAME:-default} for one that may be empty or
// missing, by the rules of OpenTelemetry's declarative configuration.
//
// An empty variable counts as unset, as in OpenTelemetry's specification. Line breaks at the end of a value are removed:
// a Secret of Kubernetes often has one. Unknown variables and keys are mistakes, except for variables that begin with
// OTELANALYTICS_TEST_, and those that Kubernetes makes for a Service, such as OTELANALYTICS_PORT. The error holds every mistake, one a
// line, each with its variable or its place in the file; it never holds a secret. A file that is missing is
// fs.ErrNotExist.
//
// Load leaves the variables that begin with OTELANALYTICS_PROMETHEUS_ to telemetry.Setup, which also reads those of
// OpenTelemetry.
func Load(path string) (Config, error) { return load(path, os.Environ()) }

// LoadWithoutKeys is [Load] for a program that reads what a service has stored, with the service's file: RedactKey,
// SuppressKey and UniquesKey are not read and stay empty, and neither are Ingest and what otelanalytics collect has beside. The file may
// refer to variables for them that are not set.
func LoadWithoutKeys(path string) (Config, error) {
	table := slices.Concat(settings(), collectorSettings())
	for i := range table {
		table[i].value.unread = table[i].value.kind == keyKind || i >= len(settings()) || strings.HasPrefix(table[i].key, ingestPrefix)
	}
	return loadTable(path, os.Environ(), table)
}

// load is Load with an environment in the form of os.Environ.
func load(path string, environment []string) (Config, error) {
	return loadTable(path, environment, settings())
}

func loadTable(path string, environment []string, table []setting) (Config, error) {
	c := defaultOf(table)
	var errs []error
	set := variables(environment)
	if path == "" {
		path = set[fileVariable]
	}
	if path != "" {
		errs = append(errs, c.readFile(table, path, lookupIn(environment))...)
	}
	errs = append(errs, c.readVariables(table, set)...)
	if err := errors.Join(errs...); err != nil {
		return Config{}, err
	}
	return c, nil
}
