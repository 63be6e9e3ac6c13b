// SPDX-License-Identifier: Apache-2.0

package config

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// suggest says what was probably meant, and what is known.
func suggest(word string, known []string) string {
	s := "known: " + strings.Join(known, ", ")
	if near, ok := words.Nearest(word, known); ok {
		s = "did you mean " + near + "? " + s
	}
	return s
}
