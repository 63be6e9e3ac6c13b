// SPDX-License-Identifier: Apache-2.0

package exporters

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// panel is a target of a panel: PromQL with Grafana's variables.
type panel struct{ dashboard, title, ref, promQL string }

func (p panel) String() string {
	return fmt.Sprintf("%s, %q %s: %s", p.dashboard, p.title, p.ref, p.promQL)
}

// filled is what Grafana would ask with everything selected, of one instance or, when that is empty, of all.
func (p panel) filled(instance string) string {
	text := builtIn.Replace(p.promQL)
	if instance != "" {
		text = strings.ReplaceAll(text, "$instance", instance)
	}
	return variable.ReplaceAllString(text, ".*")
}

// builtIn are Grafana's own variables, all longer than this test.
var builtIn = strings.NewReplacer("$__rate_interval", "5m", "$__range", "5m", "$__interval", "5s",
	"${__rate_interval}", "5m", "${__range}", "5m", "${__interval}", "5s")

var variable = regexp.MustCompile(`\$\{?[A-Za-z_][A-Za-z0-9_]*(:[a-z]+)?\}?`)

// dashboardJSON is what is read of a dashboard; package dashboards of the command line reads all of it strictly.
type dashboardJSON struct {
	Title  string
	Panels []panelJSON
}

type panelJSON struct {
	Title   string
	Type    string
	Panels  []panelJSON
	Targets []struct{ Expr, RefID string }
}

// readPanels returns the targets of all dashboards.
func readPanels(t testing.TB) []panel {
	t.Helper()
	files, err := filepath.Glob("../../grafana/provisioning/dashboards/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("the dashboards: %v %v", files, err)
	}
	return panelsOf(t, files)
}

// ingestPanels returns the targets of the dashboard about doors for events over HTTP, which the card game does not have.
func ingestPanels(t testing.TB) []panel {
	t.Helper()
	dir := t.TempDir()
	generate := exec.Command("go", "run", ".", "generate", "dashboards", "--ingest", "--out", dir, "../../examples/cardgame/events.yaml")
	generate.Dir = "../../cmd/otelanalytics"
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return panelsOf(t, []string{filepath.Join(dir, "dashboards", "otelanalytics-ingest.json")})
}

// panelsOf returns the targets of some dashboards.
func panelsOf(t testing.TB, files []string) []panel {
	t.Helper()
	var all []panel
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d dashboardJSON
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		before := len(all)
		var walk func([]panelJSON)
		walk = func(panels []panelJSON) {
			for _, p := range panels {
				walk(p.Panels)
				for _, target := range p.Targets {
					all = append(all, panel{d.Title, p.Title, target.RefID, target.Expr})
				}
			}
		}
		walk(d.Panels)
		if len(all) == before {
			t.Errorf("%s has no expressions", file)
		}
	}
	return all
}
