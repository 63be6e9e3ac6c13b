// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/internal/pinned"
)

// promtoolPatience bounds a run: tests of rules play days.
const promtoolPatience = 5 * time.Minute

// Promtool runs promtool, such as Promtool(t, "check", "rules", "rules.yml"). It returns nil when promtool ends with 0, and
// else an error with all that promtool says, or that it took more than five minutes. It fails the test when promtool is
// not built.
func Promtool(t testing.TB, args ...string) error {
	t.Helper()
	return promtool(t, "", args...)
}

// CheckMetrics has promtool check a page in Prometheus' text format. It returns nil when promtool accepts the page, and
// else an error with all that promtool says, be it a page that cannot be read or a name that breaks a convention. It fails
// the test when promtool is not built.
func CheckMetrics(t testing.TB, page string) error {
	t.Helper()
	if page == "" {
		return fmt.Errorf("promtool check metrics: the page is empty")
	}
	return promtool(t, page, "check", "metrics")
}

func promtool(t testing.TB, input string, args ...string) error {
	t.Helper()
	program, err := pinned.Find("promtool")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), promtoolPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("promtool %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}
