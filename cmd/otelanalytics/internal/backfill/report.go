// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// report is what the command says at its end.
type report struct {
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"` // of the last sample
	Live     *time.Time `json:"live_from,omitempty"`
	Metrics  []string   `json:"metrics"`
	Excluded []excluded `json:"excluded"`
	Series   int        `json:"series"`
	tally
	Files []string `json:"files"`
	Out   string   `json:"out"`

	remote string
}

func (r *report) write(t *cli.Text) {
	t.Printf("%s from %s to %s, by %s, of %s\n", cli.Counted(r.Samples, "sample"), r.From.Format(time.RFC3339), r.To.Format(time.RFC3339),
		cli.Counted(r.Events, "event"), cli.Counted(len(r.Metrics), "metric"))
	if r.Live != nil {
		t.Printf("Prometheus has live samples from %s on: it ends before them\n", r.Live.Format(time.RFC3339))
	}
	if r.Weighted > 0 {
		t.Printf("%s a sample: each stands for 1/sample_rate, so that numbers are estimates; distinct users are those of the documents\n", areOf(r.Weighted))
	}
	if r.MetricsOff > 0 {
		t.Printf("%s accepted with metrics off: the page did not count them\n", cli.Counted(r.MetricsOff, "event"))
	}
	if r.SwitchedOff > 0 {
		t.Printf("%s of types with enabled: false in the event map\n", cli.Counted(r.SwitchedOff, "event"))
	}
	counted(t, "values that became other, beyond a list, a limit or max_series", r.Overflow)
	counted(t, "values that were refused", r.Refused)
	for _, x := range r.Excluded {
		t.Printf("%s: not computed: %s\n", x.Metric, x.Reason)
	}
	if r.remote != "" {
		t.Printf("sent to %s\n", r.remote)
		return
	}
	t.Printf("%s in %s. To import them, DATA being the directory of Prometheus' data:\n", cli.Counted(len(r.Files), "file"), r.Out)
	t.Printf("  for f in %s; do promtool tsdb create-blocks-from openmetrics \"$f\" DATA; done\n", shellQuoted(r.Out)+"/*.om")
	if r.Live == nil {
		t.Printf("Where Prometheus has live samples of these metrics, both would be counted: --prometheus URL finds where they begin.\n")
	}
}

// areOf says how many events are of something.
func areOf(n int64) string {
	if n == 1 {
		return "1 event is of"
	}
	return fmt.Sprintf("%d events are of", n)
}

func counted(t *cli.Text, what string, all map[string]int64) {
	if len(all) == 0 {
		return
	}
	t.Printf("%s:\n", what)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Printf("  %s: %d\n", name, all[name])
	}
}

// shellQuoted is a path as a shell takes it.
func shellQuoted(path string) string {
	path = filepath.ToSlash(path)
	if strings.ContainsAny(path, " '\"$\\`*?!&;()<>|") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
