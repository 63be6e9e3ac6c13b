// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/format"
)

func TestOptions(t *testing.T) {
	tests := []struct {
		name string
		o    journal.Options
	}{
		{"bound below a block", journal.Options{MaxBytes: 100}},
		{"segment of no block", journal.Options{SegmentBytes: 100}},
		{"segment of broken blocks", journal.Options{SegmentBytes: format.BlockBytes + 1}},
		{"negative interval", journal.Options{SyncInterval: -1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.FS = faultfs.New()
			if j, err := journal.Open(dir, tt.o); err == nil {
				j.Close()
				t.Fatal("no error")
			}
		})
	}
}
