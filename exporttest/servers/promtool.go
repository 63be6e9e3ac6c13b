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
// else an error with all that promtool says, be it a page that cannot be read or a name that breaks a convention.
func CheckMetrics(t testing.TB, page string) error {
	t.Helper()
	if page == "" {
		return fmt.Errorf("promtool check metrics: the page is empty")
	}
	_, err := Promtool(t, page, "check", "metrics")
	return err
}

// Promtool runs promtool with the standard input and arguments, such as "check", "rules", path or "test", "rules", path,
// and returns what it printed. A status other than 0 is an error, which holds what it printed as well. It fails the test
// when promtool is not built.
func Promtool(t testing.TB, input string, args ...string) (string, error) {
	t.Helper()
	program, err := pinned.Find("promtool")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("promtool %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}
