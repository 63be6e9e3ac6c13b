// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

const (
	collectorDir = root + "/examples/collect"
	collectorEnd = 20 * time.Second // in which the collector ends, as docs/collect.md says
	keyOfTest    = "oakey_of_this_test"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// collectorPlaced writes files of /etc/collect to a directory, with a hash in the directory of the keys. The paths in them lead there.
func collectorPlaced(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	files["keys/web/first"] = ingest.HashKey(keyOfTest).String() + "\n"
	paths := strings.NewReplacer("/etc/collect-keys/", dir+"/keys/", "/etc/collect/", dir+"/", "/var/lib/collect/", dir+"/", `":80`, `"127.0.0.1:80`)
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(paths.Replace(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// collectorLoads loads files of /etc/collect as the collector does, and returns what the unchanged collect.yaml says.
func collectorLoads(t *testing.T, files map[string]string) config.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "collect.yaml")
	if err := os.WriteFile(path, []byte(files["collect.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	asWritten, err := config.LoadCollector(path)
	if err != nil {
		t.Fatal(err)
	}
	here, err := config.LoadCollector(filepath.Join(collectorPlaced(t, files), "collect.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := eventmap.ParseFile(here.EventMap)
	if err != nil {
		t.Fatal(err)
	}
	doors, err := ingest.FromConfig(here)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range doors.Sources {
		if len(s.Keys) != 1 {
			t.Errorf("the source %s has %d keys, want that of its directory", s.Name, len(s.Keys))
		}
		for _, name := range s.Types {
			if _, ok := m.Match(name); !ok {
				t.Errorf("the source %s may send %s, which the map does not have", s.Name, name)
			}
		}
	}
	if len(doors.Sources) == 0 {
		t.Error("there is no source")
	}
	return asWritten
}

// collectorFiles are those of examples/collect/config.
func collectorFiles(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"collect.yaml": read(t, collectorDir+"/config/collect.yaml"),
		"events.yaml":  read(t, collectorDir+"/config/events.yaml"),
	}
}

// TestCollectorEnds: the page says how long the collector takes to end at most, as the manifests have it.
func TestCollectorEnds(t *testing.T) {
	m := regexp.MustCompile(`ends?\s+within (\d+) seconds`).FindStringSubmatch(read(t, root+"/docs/collect.md"))
	if m == nil {
		t.Fatal("the page does not say how long the collector takes to end")
	}
	if d, err := time.ParseDuration(m[1] + "s"); err != nil || d != collectorEnd {
		t.Errorf("within %v, %v, want %v", d, err, collectorEnd)
	}
}
