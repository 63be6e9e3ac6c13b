// SPDX-License-Identifier: Apache-2.0

package config

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/refusals"
)

// TestEveryRefusalIsTested: a message that no test has could say anything.
func TestEveryRefusalIsTested(t *testing.T) {
	refusals.Loader{
		Tests: []string{
			"TestFileRefusals", "TestVariableMistakes", "TestFileThatIsSomethingElse", "TestParseLevelsMistakes", "TestLevelsSetMistakes", "TestNewlineWithin",
			"TestResolve", "TestReferences", "TestLevelsNil", "TestCollectorMistakes",
		},
		Folders: []string{"."},
		Without: []string{"setting.go", "ingest_setting.go", "collector_setting.go"}, // which describe settings
	}.Reached(t)
}
