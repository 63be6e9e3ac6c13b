// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/refusals"
)

// TestEveryRefusalIsTested: a message that no test has could say anything.
func TestEveryRefusalIsTested(t *testing.T) {
	refusals.Loader{
		Tests: []string{
			"TestRefusals", "TestEveryMistakeAtOnce", "TestLongRefusals", "TestRuleOfSeveralTypesInExpressions", "TestExpressionsAreCounted",
			"TestSizeIsBounded", "TestReadErrorsNameThePath",
		},
		Folders: []string{".", "../internal/strictyaml", "../internal/expression"},
		Without: []string{"hash.go"},
		Excused: map[string]string{
			"names.go: has no name in Prometheus: ": "the library that translates names has no reason left to refuse one",
			"names.go: use letters and digits":      "the same",
			"document.go: yaml: the parser gave up": "no file is known for which the parser panics",
			"record.go: the windows":                "names a source for people",
		},
	}.Reached(t)
}
