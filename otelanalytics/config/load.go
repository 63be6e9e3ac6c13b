// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"os"
	"slices"
	"strings"
)

// Load reads the configuration file at path, and then the environment variables that begin with OTELANALYTICS_, which
// override the file. For an empty path, it reads the file that OTELANALYTICS_CONFIG_FILE names, if any.
// docs/configuration.md describes both. A setting that neither has is set to its default: see [Config].
//
// In the file, ${NAME} stands for an environment variable, and ${NAME:-default} for one that may be empty or missing,
// by the rules of OpenTelemetry's declarative configuration.
//
// An empty variable counts as unset, as in OpenTelemetry's specification. Line breaks at the end of a value are
// removed, since a Secret of Kubernetes often has one.
//
// Unknown variables and keys are mistakes. There are two exceptions: variables that begin with OTELANALYTICS_TEST_, and
// variables that Kubernetes makes for a Service, such as OTELANALYTICS_PORT.
//
// The error lists every mistake, one a line, with its variable or its place in the file. It never contains a secret. If
// the file is missing, the error wraps fs.ErrNotExist.
//
// Load ignores the variables that begin with OTELANALYTICS_PROMETHEUS_. telemetry.Setup reads them, together with
// OpenTelemetry's own variables.
func Load(path string) (Config, error) { return load(path, os.Environ()) }

// LoadWithoutKeys reads a service's configuration as [Load] does, for a program that reads the stored events. It does
// not read RedactKey, SuppressKey, UniquesKey, Ingest and the settings of otelanalytics collect: they stay empty. For
// these, the file may refer to variables that are not set.
func LoadWithoutKeys(path string) (Config, error) {
	table := slices.Concat(settings(), collectorSettings())
	for i := range table {
		table[i].value.unread = table[i].value.kind == keyKind || i >= len(settings()) || strings.HasPrefix(table[i].key, ingestPrefix)
	}
	return loadTable(path, os.Environ(), table)
}

// load does what Load does, with an environment in the form of os.Environ.
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
