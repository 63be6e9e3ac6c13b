// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"os"
	"strings"
)

// hidden takes all variables with a prefix out of the environment, until restore is called: otelconf would read the file of
// OTEL_CONFIG_FILE in place of what it is given, and exporters the headers of another endpoint. By the specification,
// none of them has a meaning beside a file.
func hidden(prefix string) (restore func(), err error) {
	before := map[string]string{}
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, prefix) {
			before[name] = value
		}
	}
	restore = func() {
		for name, value := range before {
			_ = os.Setenv(name, value) // it was one before
		}
	}
	for name := range before {
		if err := os.Unsetenv(name); err != nil {
			restore()
			return nil, err
		}
	}
	return restore, nil
}
