// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
)

// TestCollectorConfig has the collector itself read what grafana/compose.yaml starts it with, and refuse what is wrong.
func TestCollectorConfig(t *testing.T) {
	const path = "../../grafana/collector/config.yaml"
	if err := servers.CheckCollectorConfig(t, path); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, says string }{
		{"an exporter that is not there", "exporters: [otlp_http/prometheus]", "exporters: [otlp_http/nowhere]", "otlp_http/nowhere"},
		{"an unknown key", "endpoint: http", "endpiont: http", "endpiont"},
		{"an unknown value", "verbosity: normal", "verbosity: loud", "loud"},
	} {
		t.Run(test.name, func(t *testing.T) {
			wrong := filepath.Join(t.TempDir(), "config.yaml")
			if !strings.Contains(string(text), test.old) {
				t.Fatalf("the configuration has no %q", test.old)
			}
			if err := os.WriteFile(wrong, []byte(strings.Replace(string(text), test.old, test.new, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := servers.CheckCollectorConfig(t, wrong); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the collector says %v", err)
			}
		})
	}
}
