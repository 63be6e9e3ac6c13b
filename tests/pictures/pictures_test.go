// SPDX-License-Identifier: Apache-2.0

//go:build draw

package pictures

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/redistest"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/servers"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/services"
)

var playFor = flag.Duration("play", 3*time.Minute, "how long the card game is played before it is drawn")

const (
	modules = "../../.build/pictures"
	scrape  = 5 * time.Second
	width   = 1400
)

// picture is what draw.mjs draws: a dashboard, or rows of its grid.
type picture struct {
	Dashboard string  `json:"dashboard"`
	Out       string  `json:"out"`
	From      int64   `json:"from"`
	To        int64   `json:"to"`
	Width     int     `json:"width"`
	Rows      *[2]int `json:"rows,omitempty"` // from, and to before
}

// drawn is its answer about one picture.
type drawn struct {
	Out    string
	Panels []struct {
		Title, Type string
		Series      []struct {
			Name       string
			Last, Most *float64 // nil: not a number, or infinite
		}
	}
	Faults []string
}

// TestPictures plays the card game and draws every dashboard, and then the two of the service while all goes wrong. Nothing
// that is drawn is cut off, every panel has data, and those about failures show 0 first and more than that at the end.
func TestPictures(t *testing.T) {
	redis, mongoDB := redistest.Start(t), mongotest.Start(t)
	game := services.StartCardGame(t, mongoDB.URI(), redis.Addr())
	trouble, away, full := services.OpenTroubled(t, mongotest.Start(t)), services.CutOff(t), services.Full(t)
	quiet := prometheus(t, game)
	loud := prometheus(t, game, trouble.URL(), away.URL, full.URL)
	loud.AwaitVector(t, "count(up == 1) == 4", "four services that are scraped", some)
	trouble.GoWrong()
	trouble.Outage(loud)
	trouble.KeepGoingWrong()

	from := time.Now()
	playing := exec.CommandContext(t.Context(), services.Build(t, "./cardgame/internal/cmd/play"), "-url", game, "-players", "12", "-pause", "700ms", "-for", playFor.String())
	if out, err := playing.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all, err := filepath.Glob(dashboards + "*.json")
	if err != nil || len(all) < 5 {
		t.Fatalf("dashboards: %v %v", all, err)
	}
	var pictures []picture
	for _, d := range all {
		pictures = append(pictures, between(d, "", from))
	}
	games := between(dashboards+"otelanalytics-games.json", "-top", from)
	games.Rows = &[2]int{0, 27}
	for _, p := range drawAll(t, quiet.URL(), append(pictures, games)) {
		p.hold(t)
		p.quiet(t)
	}

	redis.Stop()
	mongoDB.Stop()
	// Long enough ago to be on a line, whose last point may be older than the last scrape.
	loud.AwaitVector(t, `sum(rate(otelanalytics_uniques_errors_total[20s] offset 10s)) > 0 and on () min(otelanalytics_observer_up) == 0`, "errors of the card game", some)
	troubles := between(dashboards+"otelanalytics-pipeline.json", "-trouble-rows", from)
	troubles.Rows = rowsOf(t, troubles.Dashboard, "Refused, set aside, lost")
	for _, p := range drawAll(t, loud.URL(), []picture{
		between(dashboards+"otelanalytics-pipeline.json", "-trouble", from), between(dashboards+"otelanalytics-service.json", "-trouble", from), troubles,
	}) {
		p.hold(t)
		p.trouble(t)
	}
	if !t.Failed() {
		writeShown(t, all)
	}
}

// between is a picture of a dashboard from then until now.
func between(dashboard, suffix string, from time.Time) picture {
	name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(dashboard), ".json"), "otelanalytics-") + suffix + ".png"
	return picture{Dashboard: dashboard, Out: folder + name, From: from.UnixMilli(), To: time.Now().UnixMilli(), Width: width}
}

// prometheus scrapes the pages of services as one job.
func prometheus(t *testing.T, urls ...string) *servers.Prometheus {
	t.Helper()
	var hosts []string
	for _, u := range urls {
		hosts = append(hosts, strings.TrimPrefix(u, "http://"))
	}
	return servers.StartPrometheus(t, servers.WithCreatedZeros(), servers.WithScrapeConfigs(fmt.Sprintf(
		"[{job_name: cardgame, scrape_interval: %s, static_configs: [{targets: [%s]}]}]", scrape, strings.Join(hosts, ", "))))
}

// drawAll has node draw pictures, in a folder that is made when it is missing.
func drawAll(t *testing.T, prometheus string, pictures []picture) []drawn {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("no chromium: apt-get install chromium fonts-dejavu-core")
	}
	request, err := json.Marshal(map[string]any{
		"prometheus": prometheus, "chromium": chromium, "modules": absolute(t, modules), "scrapeMs": scrape.Milliseconds(), "pictures": pictures,
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(file, request, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "draw.mjs", file)
	var errs strings.Builder
	node.Stderr = &errs
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var answers []drawn
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(pictures) {
		t.Fatalf("%d pictures, %v\n%s", len(answers), err, out)
	}
	return answers
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// hold is what holds of every picture.
func (d *drawn) hold(t *testing.T) {
	t.Helper()
	for _, f := range d.Faults {
		t.Errorf("%s: %s", d.Out, f)
	}
	for _, p := range d.Panels {
		data := false
		for _, s := range p.Series {
			data = data || s.Most != nil
			if strings.TrimSpace(s.Name) == "" {
				t.Errorf("%s, %q: a line without a name", d.Out, p.Title)
			}
		}
		if !data {
			t.Errorf("%s, %q: no data", d.Out, p.Title)
		}
	}
}

// failing are the panels that show something but 0 only after a failure, and all of them then.
var failing = []string{
	"Errors, by consumer", "Trouble since the start", "Data against the event map, since the start", "Rejected and dropped, by reason",
	"Duplicates by type", "Deduplicated by type", "Values that became other", "Values refused", "Errors, by kind", "HTTP requests that failed",
}

func (d *drawn) quiet(t *testing.T) {
	t.Helper()
	for _, p := range d.Panels {
		for _, s := range p.Series {
			if slices.Contains(failing, p.Title) && (s.Most == nil || *s.Most != 0) {
				t.Errorf("%s, %q: %s is not 0, and nothing has failed", d.Out, p.Title, s.Name)
			}
			if p.Title == "Observers" && (s.Last == nil || *s.Last != 1) {
				t.Errorf("%s: the observer %s is down", d.Out, s.Name)
			}
		}
	}
}

func (d *drawn) trouble(t *testing.T) {
	t.Helper()
	for _, p := range d.Panels {
		most, least := math.Inf(-1), math.Inf(1)
		for _, s := range p.Series {
			if s.Most != nil && s.Last != nil {
				most, least = max(most, *s.Most), min(least, *s.Last)
			}
		}
		if slices.Contains(failing, p.Title) && most <= 0 {
			t.Errorf("%s, %q: nothing is shown, and all has failed", d.Out, p.Title)
		}
		if p.Title == "Observers" && least != 0 {
			t.Errorf("%s: all observers are up", d.Out)
		}
	}
}
