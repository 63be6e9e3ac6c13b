// SPDX-License-Identifier: Apache-2.0

package draft

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Counted writes a number of things, whose name in the singular is what.
func Counted(n int64, what string) string {
	if n != 1 {
		if stem, ok := strings.CutSuffix(what, "y"); ok {
			what = stem + "ies"
		} else {
			what += "s"
		}
	}
	return words.Thousands(int(n)) + " " + what
}
