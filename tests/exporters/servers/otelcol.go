// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"context"
	"fmt"
	"os/exec"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/internal/pinned"
)

// CheckCollectorConfig has the collector validate a configuration file, which may use the components that
// [WithCollectorConfig] names. It returns nil when the collector would start with it, and else an error with what it says.
// It fails the test when the collector is not built.
func CheckCollectorConfig(t testing.TB, path string) error {
	t.Helper()
	program, err := pinned.Find("otelcol")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if out, err := exec.CommandContext(ctx, program, "validate", "--config="+path).CombinedOutput(); err != nil {
		return fmt.Errorf("otelcol validate: %w\n%s", err, out)
	}
	return nil
}
