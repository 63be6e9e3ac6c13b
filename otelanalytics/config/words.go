// SPDX-License-Identifier: Apache-2.0

package config

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// suggest lists the known words, with the one that was probably meant.
func suggest(word string, known []string) string {
	s := "known: " + strings.Join(known, ", ")
	if near, ok := words.Nearest(word, known); ok {
		s = "did you mean " + near + "? " + s
	}
	return s
}
