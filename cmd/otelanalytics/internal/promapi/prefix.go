// SPDX-License-Identifier: Apache-2.0

package promapi

import (
	"regexp"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// metricName is the form of a metric's name, and so of a namespace.
var metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)

// Prefix returns what the names on a page begin with whose exporter has a namespace, which is that of the flag --namespace.
func Prefix(namespace string) (string, error) {
	switch {
	case namespace == "":
		return "", nil
	case !metricName.MatchString(namespace):
		return "", cli.Usagef("--namespace %q is no prefix of a metric's name", namespace)
	default:
		return namespace + "_", nil
	}
}
