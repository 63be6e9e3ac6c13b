// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/exporttest/internal/pinned"
)

// CheckMetrics has promtool check a page in Prometheus' text format. It returns nil when promtool accepts the page, and
// else an error with all that promtool says, be it a page that cannot be read or a name that breaks a convention. It fails
// the test when promtool is not built.
func CheckMetrics(t testing.TB, page string) error {
	t.Helper()
	if page == "" {
		return fmt.Errorf("promtool check metrics: the page is empty")
	}
	program, err := pinned.Find("promtool")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "check", "metrics")
	cmd.Stdin = strings.NewReader(page)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("promtool check metrics: %w\n%s", err, out)
	}
	return nil
}
