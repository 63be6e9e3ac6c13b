// SPDX-License-Identifier: Apache-2.0

package exporterprom_test

import (
	"regexp"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

func TestCreatedLines(t *testing.T) {
	line := regexp.MustCompile(`(?m)^(user_logins|game_duration_seconds)_created(\{auth_method="email"\})? \d`)
	for _, c := range []struct {
		name    string
		options []exporterprom.Option
		accept  string
		want    int
	}{
		{"default", nil, "application/openmetrics-text; version=1.0.0", 0},
		{"with lines", []exporterprom.Option{exporterprom.WithCreatedLines()}, "application/openmetrics-text; version=1.0.0", 2},
		{"text has none", []exporterprom.Option{exporterprom.WithCreatedLines()}, "text/plain", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, _ := get(t, filled(t, append(c.options, exporterprom.WithoutRuntimeMetrics())...).Handler(), c.accept)
			if got := len(line.FindAllString(page, -1)); got != c.want {
				t.Errorf("%d created lines, want %d:\n%s", got, c.want, page)
			}
		})
	}
}
