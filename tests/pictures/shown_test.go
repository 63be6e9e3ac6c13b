// SPDX-License-Identifier: Apache-2.0

package pictures

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

const (
	dashboards = "../../grafana/provisioning/dashboards/"
	folder     = "../../docs/dashboards/"
)

// shown is what the file beside the pictures has: a hash of each panel that was drawn, by dashboard and the panel's id.
type shown map[string]map[string]string

const shownFile = folder + "pictures.json"

// panels returns a hash of what can be seen of each panel.
func panels(t *testing.T, dashboard string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(dashboard)
	if err != nil {
		t.Fatal(err)
	}
	var d struct{ Panels []map[string]any }
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, p := range d.Panels {
		id, err := json.Marshal(p["id"])
		if err != nil {
			t.Fatal(err)
		}
		delete(p, "description") // nobody sees it in a picture
		delete(p, "gridPos")     // others came before it
		seen, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(seen)
		all[string(id)] = hex.EncodeToString(sum[:8])
	}
	return all
}

// mostMissing is how many panels may have been added to a dashboard since it was drawn.
const mostMissing = 5

// TestPicturesAreFresh: what a picture shows is what the generator still makes.
func TestPicturesAreFresh(t *testing.T) {
	text, err := os.ReadFile(shownFile)
	if err != nil {
		t.Fatal(err)
	}
	var then shown
	if err := json.Unmarshal(text, &then); err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob(dashboards + "*.json")
	if err != nil || len(all) != len(then) {
		t.Fatalf("%d dashboards, %d are drawn: make pictures", len(all), len(then))
	}
	size := int64(0)
	for _, d := range all {
		now, drawn := panels(t, d), then[filepath.Base(d)]
		for id, hash := range drawn {
			if now[id] != hash {
				t.Errorf("%s: panel %s is not what the picture shows: make pictures", filepath.Base(d), id)
			}
		}
		if missing := len(now) - len(drawn); missing > mostMissing {
			t.Errorf("%s: %d panels are in no picture: make pictures", filepath.Base(d), missing)
		}
	}
	files, err := filepath.Glob(folder + "*.png")
	if err != nil || len(files) < len(all) {
		t.Fatalf("pictures: %v %v", files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > 2<<20 {
		t.Errorf("the pictures take %d bytes, and should take at most 2 MiB", size)
	}
}
