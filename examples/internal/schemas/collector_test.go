// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// TestCollectorSchema: loader and schema take the example of docs/collect.md, and each refuses what is wrong with a variant of it.
func TestCollectorSchema(t *testing.T) {
	t.Setenv("MONGODB_URI", "mongodb://db")
	s := compiled(t, collectorID, config.CollectorSchema())
	const page = "../../../docs/collect.md"
	_, rest, _ := strings.Cut(string(read(t, page)), "<!-- example: collector -->\n```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok || !strings.Contains(example, "# yaml-language-server: $schema="+collectorID+"\n") {
		t.Fatal("the page has no example that shows where the schema is")
	}
	for _, tt := range []struct {
		name, old, new string
		ok             bool
	}{
		{"as it is", "", "", true},
		{"an unknown key", "admin_listen:", "admin:", false},
		{"an unknown key of a group", "key_file: /etc/collect/tls/tls.key", "key: x", false},
		{"an unknown key of a source", "platform: web", "platfrom: web", false},
		{"a source without a name", "name: web", "rate: 3", false},
		{"a number of connections", "listen:", "max_connections: many\nlisten:", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(example, tt.old) {
				t.Fatalf("the example has no %q", tt.old)
			}
			text := strings.Replace(example, tt.old, tt.new, 1)
			path := filepath.Join(t.TempDir(), "collect.yaml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := config.LoadCollector(path); (err == nil) != tt.ok {
				t.Errorf("the loader says %v", err)
			}
			v, err := fromYAML([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(v); (err == nil) != tt.ok {
				t.Errorf("the schema says %v", err)
			}
		})
	}
}
