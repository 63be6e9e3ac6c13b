// SPDX-License-Identifier: Apache-2.0

package quarantine_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
)

// TestQuarantineInMemory is the service's own: no command can show it.
func TestQuarantineInMemory(t *testing.T) {
	t.Setenv("OTELANALYTICS_JOURNAL_STORAGE", "memory")
	t.Setenv("OTELANALYTICS_MONGODB_URI", "mongodb://127.0.0.1:1")
	for args, want := range map[string]string{"list": "Store.ReadQuarantine", "replay": "Store.ReplayQuarantine"} {
		code, _, errs := clitest.Run(t, quarantine.New(), args)
		if code == 0 || !strings.Contains(errs, "in memory") || !strings.Contains(errs, want) {
			t.Errorf("%s: exit code %d, %s", args, code, errs)
		}
	}
}
