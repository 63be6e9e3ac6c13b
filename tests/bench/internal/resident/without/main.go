// SPDX-License-Identifier: Apache-2.0

// Command without is a service that tracks nothing.
package main

import (
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/resident"
)

func main() {
	resident.Run(resident.Flags(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}), func() {})
}
