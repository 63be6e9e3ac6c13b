// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"os"
	"strings"
)

// hidden unsets all variables with a prefix until restore is called. Otherwise otelconf would read the file of
// OTEL_CONFIG_FILE instead of the given model, and exporters would read the headers of another endpoint. By the
// specification, none of these variables has a meaning beside a file.
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
