// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// configFileVariable names the file when LoadConfig is given none.
const configFileVariable = variablePrefix + "CONFIG_FILE"

// testPrefix begins variables that are for the SDK's own tests.
const testPrefix = variablePrefix + "TEST_"

// LoadConfig reads the settings: the defaults, over them the file, over that the environment. An empty path is
// the file that OTELANALYTICS_CONFIG_FILE names, or none. A variable that is empty counts as unset
// (OpenTelemetry specification, environment variables). Every mistake in both is reported at once, with its
// place and what would be right; a secret is never repeated.
func LoadConfig(path string) (Config, error) { return loadConfig(path, os.Environ()) }

func loadConfig(path string, environment []string) (Config, error) {
	c := DefaultConfig()
	variables := make(map[string]string)
	for _, v := range environment {
		if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(name, variablePrefix) && value != "" {
			variables[name] = value
		}
	}
	if path == "" {
		path = variables[configFileVariable]
	}
	var errs []error
	if path != "" {
		errs = append(errs, c.readFile(path)...)
	}
	errs = append(errs, c.readEnvironment(variables)...)
	if err := errors.Join(errs...); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (c *Config) readEnvironment(variables map[string]string) []error {
	var errs []error
	known := []string{configFileVariable}
	for _, s := range settings() {
		name := variablePrefix + s.variable
		known = append(known, name)
		value, ok := variables[name]
		if !ok {
			continue
		}
		if err := s.set(c, value); err != nil {
			errs = append(errs, fmt.Errorf("otelanalytics: environment variable %s: %s", name, s.explain(value, err)))
		}
	}
	var unknown []string
	for name := range variables {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, testPrefix) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	slices.Sort(known)
	for _, name := range unknown {
		errs = append(errs, fmt.Errorf("otelanalytics: environment variable %s is not known; known: %s", shortened(name), strings.Join(known, ", ")))
	}
	return errs
}

// explain says what is wrong with a value, without a secret.
func (s setting) explain(value string, err error) string {
	if s.secret {
		return "the value (not shown) " + err.Error()
	}
	return fmt.Sprintf("%q %s", shortened(value), err)
}
