// SPDX-License-Identifier: Apache-2.0

package dashboards_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/dashboards"
)

const (
	testMap    = "testdata/events.yaml"
	repository = "../../../../../"
)

func TestMain(m *testing.M) {
	plugins.RegisterDefaultPlugins() // of queries and panels, so that they are read strictly, too
	os.Exit(m.Run())
}

// makeAll runs the command and returns the directory with what it made.
func makeAll(t *testing.T, args ...string) string {
	t.Helper()
	out := t.TempDir()
	if code, said, errs := clitest.Run(t, dashboards.New(), append(args, "--out", out)...); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, said, errs)
	}
	return out
}

func TestFiles(t *testing.T) {
	out := makeAll(t, "--title", "orders=Orders of the shop", testMap)
	for _, file := range []string{"dashboards/otelanalytics-orders.json", "dashboards/otelanalytics-events.json", "dashboards/otelanalytics.yaml", "datasources/prometheus.yaml"} {
		clitest.Golden(t, filepath.Join("testdata", filepath.Base(file)), read(t, filepath.Join(out, file)))
	}
	entries, err := os.ReadDir(filepath.Join(out, "dashboards"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := "otelanalytics-events.json otelanalytics-gre-more-e83302d9.json otelanalytics-orders.json otelanalytics-pipeline.json otelanalytics-service.json otelanalytics.yaml"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestExpressions shows what is asked where names have a namespace and all histograms are native, one expression a line.
func TestExpressions(t *testing.T) {
	out := makeAll(t, "--namespace", "shop", "--native-histograms", "--ingest", "--delivery", testMap)
	var b strings.Builder
	for _, path := range boards(t, out) {
		for _, p := range strictly(t, path).Panels {
			if p.Panel == nil {
				continue
			}
			for _, target := range p.Panel.Targets {
				q := target.(*prometheus.Dataquery)
				fmt.Fprintf(&b, "%s: %s\n%s\n", *p.Panel.Title, *q.LegendFormat, q.Expr)
			}
		}
	}
	clitest.Golden(t, "testdata/native.golden", b.String())
	for name := range strings.FieldsSeq(b.String()) {
		if strings.Contains(name, "otelanalytics_") && !strings.Contains(name, "shop_otelanalytics_") {
			t.Errorf("no namespace: %s", name)
		}
	}
}

// TestRead reads every dashboard of this package and of the repository as Grafana's schema has it, and holds what a
// dashboard of ours must have.
func TestRead(t *testing.T) {
	all := boards(t, makeAll(t, "--ingest", "--delivery", testMap))
	all = append(all, boards(t, makeAll(t, repository+"examples/webhooks/events.yaml"))...)
	all = append(all, boards(t, repository+"grafana/provisioning")...)
	if len(all) < 14 {
		t.Fatalf("only %d dashboards", len(all))
	}
	for _, path := range all {
		d := strictly(t, path)
		name := filepath.Base(path)
		if *d.Uid+".json" != name || d.SchemaVersion != 39 || d.Title == nil || *d.Refresh != "30s" || d.Time.From != "now-1h" || len(*d.Uid) > 40 {
			t.Errorf("%s: uid %s, schema %d, refresh %s", name, *d.Uid, d.SchemaVersion, *d.Refresh)
		}
		if text := read(t, path); !strings.HasSuffix(text, "}\n") || strings.Contains(text, `\u00`) {
			t.Errorf("%s: no newline at the end, or escapes that nobody can read", name)
		}
		checkVariables(t, name, d)
		checkPanels(t, name, d)
	}
}

func checkVariables(t *testing.T, name string, d *dashboard.Dashboard) {
	t.Helper()
	known := map[string]bool{"__range": true, "__rate_interval": true, "1": true} // $1 is of label_replace
	for i, v := range d.Templating.List {
		if known[v.Name] {
			t.Errorf("%s: two variables %s", name, v.Name)
		}
		known[v.Name] = true
		if i > 0 && (!*v.Multi || !*v.IncludeAll || *v.AllValue != ".*") {
			t.Errorf("%s: variable %s: %+v", name, v.Name, v)
		}
	}
	for _, p := range d.Panels {
		if p.Panel == nil {
			continue
		}
		for _, target := range p.Panel.Targets {
			q := target.(*prometheus.Dataquery)
			for _, used := range variable.FindAllStringSubmatch(q.Expr, -1) {
				if !known[used[1]] {
					t.Errorf("%s: %s: there is no variable %s", name, q.Expr, used[1])
				}
			}
			if !strings.Contains(q.Expr, `job=~"$job", instance=~"$instance"`) || strings.Contains(q.Expr, "or vector") {
				t.Errorf("%s: %s", name, q.Expr)
			}
		}
	}
}

var variable = regexp.MustCompile(`\$\{?(\w+)`)

func checkPanels(t *testing.T, name string, d *dashboard.Dashboard) {
	t.Helper()
	ids, titles, cells := map[uint32]bool{}, map[string]bool{}, map[[2]uint32]bool{}
	place := func(id uint32, g *dashboard.GridPos) {
		if ids[id] || id == 0 || id > 1<<31-1 {
			t.Errorf("%s: id %d", name, id)
		}
		ids[id] = true
		if g.W == 0 || g.X+g.W > 24 {
			t.Errorf("%s: %+v is outside", name, g)
		}
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if cells[[2]uint32{x, y}] {
					t.Fatalf("%s: panel %d overlaps another", name, id)
				}
				cells[[2]uint32{x, y}] = true
			}
		}
	}
	for _, p := range d.Panels {
		if p.RowPanel != nil {
			place(p.RowPanel.Id, p.RowPanel.GridPos)
			continue
		}
		place(*p.Panel.Id, p.Panel.GridPos)
		if titles[*p.Panel.Title] {
			t.Errorf("%s: two panels %s", name, *p.Panel.Title)
		}
		titles[*p.Panel.Title] = true
		f := p.Panel.FieldConfig.Defaults
		if *p.Panel.Title == "" || *p.Panel.Description == "" || *f.Unit == "" || *f.NoValue == "" || *p.Panel.Datasource.Uid != "${datasource}" || len(p.Panel.Targets) == 0 {
			t.Errorf("%s: %s lacks something", name, *p.Panel.Title)
		}
		for _, target := range p.Panel.Targets {
			if q := target.(*prometheus.Dataquery); *q.LegendFormat == "" || *q.Datasource.Uid != "${datasource}" || *q.Range == *q.Instant {
				t.Errorf("%s: %+v", name, q)
			}
		}
	}
	for y := uint32(0); cells[[2]uint32{0, y}]; y++ {
		for x := range uint32(24) {
			if !cells[[2]uint32{x, y}] {
				t.Fatalf("%s: nothing at %d, %d", name, x, y)
			}
		}
	}
}

// TestStrictReadingRefuses shows that the strict reading above can fail, at each level.
func TestStrictReadingRefuses(t *testing.T) {
	text := read(t, filepath.Join(makeAll(t, testMap), "dashboards", "otelanalytics-orders.json"))
	for name, change := range map[string][2]string{
		"dashboard":    {`"graphTooltip":`, `"tooltip": 1, "graphTooltip":`},
		"panel":        {`"type": "stat",`, `"type": "stat", "colour": "red",`},
		"row":          {`"collapsed": false,`, `"collapsed": false, "folded": true,`},
		"query":        {`"instant": true,`, `"instant": true, "expression": "up",`},
		"options":      {`"graphMode": "none",`, `"graphMode": "none", "graph": "none",`},
		"field config": {`"noValue":`, `"noData": "nothing", "noValue":`},
		"lines":        {`"lineWidth": 1,`, `"lineWidth": 1, "width": 1,`},
		"variable":     {`"multi": true,`, `"multi": true, "many": true,`},
		"type":         {`"schemaVersion": 39`, `"schemaVersion": "39"`},
		"missing":      {`"type": "stat",`, ``},
		"mapping":      {`"defaults": {`, `"defaults": {"mappings": [{"type": "values", "options": {}}],`},
	} {
		changed := strings.Replace(text, change[0], change[1], 1)
		if changed == text {
			t.Errorf("%s: no %s", name, change[0])
		}
		if _, err := readStrictly([]byte(changed)); err == nil {
			t.Errorf("%s: nothing was refused", name)
		}
	}
}

// TestIDsStay adds a metric before all others: every panel keeps its id.
func TestIDsStay(t *testing.T) {
	grown := filepath.Join(t.TempDir(), "events.yaml")
	text := strings.Replace(read(t, testMap), "metrics:\n", "metrics:\n  aaa: {instrument: counter, group: orders, attributes: {channel: {values: [web, app]}}}\n", 1)
	if err := os.WriteFile(grown, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	const file = "dashboards/otelanalytics-orders.json"
	before, after := titles(t, filepath.Join(makeAll(t, testMap), file)), titles(t, filepath.Join(makeAll(t, grown), file))
	if len(after) <= len(before) || len(before) < 10 {
		t.Fatalf("%d panels, and %d with another metric", len(before), len(after))
	}
	for id, title := range before {
		if after[id] != title {
			t.Errorf("panel %d was %s, and is %s", id, title, after[id])
		}
	}
}

func titles(t *testing.T, path string) map[uint32]string {
	t.Helper()
	all := make(map[uint32]string)
	for _, p := range strictly(t, path).Panels {
		if p.Panel != nil {
			all[*p.Panel.Id] = *p.Panel.Title
		} else {
			all[p.RowPanel.Id] = *p.RowPanel.Title
		}
	}
	return all
}

func boards(t *testing.T, out string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(out, "dashboards", "*.json"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no dashboards in %s: %v", out, err)
	}
	return all
}

// strictly reads a dashboard as its schema has it, without a field that it does not know.
func strictly(t *testing.T, path string) *dashboard.Dashboard {
	t.Helper()
	d, err := readStrictly([]byte(read(t, path)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return d
}

func readStrictly(text []byte) (*dashboard.Dashboard, error) {
	var d dashboard.Dashboard
	if err := d.UnmarshalJSONStrict(text); err != nil {
		return nil, err
	}
	// The strict reading of a panel reads its fieldConfig as encoding/json does.
	var raw struct {
		Panels []struct {
			Title       string
			FieldConfig json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	for _, p := range raw.Panels {
		if p.FieldConfig == nil {
			continue
		}
		var f dashboard.FieldConfigSource
		if err := f.UnmarshalJSONStrict(p.FieldConfig); err != nil {
			return nil, fmt.Errorf("panel %s: %w", p.Title, err)
		}
		if err := f.Validate(); err != nil {
			return nil, fmt.Errorf("panel %s: %w", p.Title, err)
		}
	}
	return &d, d.Validate()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
