// SPDX-License-Identifier: Apache-2.0

package servers_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

func TestCheckMetrics(t *testing.T) {
	for _, test := range []struct{ name, page, wrong string }{
		{"good", "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n", ""},
		{"a counter without its suffix", "# HELP a A.\n# TYPE a counter\na 1\n", "_total"},
		{"no page", "<html>", "error"},
		{"empty", "", "empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := servers.CheckMetrics(t, test.page)
			if (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPromtool(t *testing.T) {
	if err := servers.Promtool(t, "check", "rules", "nowhere.yml"); err == nil || !strings.Contains(err.Error(), "promtool check rules nowhere.yml") {
		t.Errorf("got %v", err)
	}
	if err := servers.Promtool(t, "--version"); err != nil {
		t.Error(err)
	}
}
