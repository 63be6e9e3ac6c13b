// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"slices"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

func TestStepsAreInTheTableOfOwnMetrics(t *testing.T) {
	label, _ := ownmetrics.PipelinePanics.Label("step")
	if got, want := stepNames[:], label.Names(); !slices.Equal(got, want) {
		t.Errorf("panics at the steps %q, and the table has %q", got, want)
	}
}

func TestRejectionsAreInTheTableOfOwnMetrics(t *testing.T) {
	reason, _ := ownmetrics.EventsRejected.Label("reason")
	want, got := slices.Sorted(slices.Values(reason.Names())), slices.Sorted(slices.Values(rejectionNames[:]))
	if !slices.Equal(got, want) {
		t.Errorf("rejected with the reasons %q, and the table has %q", got, want)
	}
}
