// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"slices"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

func TestReasonsAreInTheTableOfOwnMetrics(t *testing.T) {
	reason, _ := ownmetrics.ValuesRefused.Label("reason")
	want, got := slices.Sorted(slices.Values(reason.Names())), slices.Sorted(slices.Values(reasonNames[accepted+1:]))
	if !slices.Equal(got, want) {
		t.Errorf("refused with the reasons %q, and the table has %q", got, want)
	}
}
