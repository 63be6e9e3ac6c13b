// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// report is the result of the command.
type report struct {
	From        time.Time   `json:"from"`
	To          time.Time   `json:"to"`
	Processes   []process   `json:"processes"`
	Rows        []*row      `json:"series"`
	NotProvable []unproven  `json:"not_provable"`
	Documents   int64       `json:"documents"`
	MetricsOff  int64       `json:"metrics_off"`
	OtherMaps   int64       `json:"documents_of_other_maps"`
	Differences differences `json:"differences"`
}

// differences are the sums of what series differ by, of counts and of values, without their signs.
type differences struct {
	Explained   float64 `json:"explained"`
	Unexplained float64 `json:"unexplained"`
	Series      int     `json:"unexplained_series"`
}

// process is a life, for people.
type process struct {
	Job        string     `json:"job"`
	Instance   string     `json:"instance"`
	InstanceID string     `json:"service_instance_id"`
	Started    *time.Time `json:"started,omitempty"`
	FirstSeen  time.Time  `json:"first_scrape"`
	LastSeen   time.Time  `json:"last_scrape"`
	Ended      bool       `json:"ended"`
	Slack      float64    `json:"slack_seconds"` // by which the documents may be later than the page
}

// unproven is a metric that has no documents to compare with.
type unproven struct {
	Metric string `json:"metric"`
	Reason string `json:"reason"`
}

func (r *report) count() {
	for _, x := range r.Rows {
		for _, e := range x.Explained {
			r.Differences.Explained += math.Abs(e.Amount)
		}
		r.Differences.Unexplained += x.wrong()
		if x.wrong() != 0 {
			r.Differences.Series++
		}
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (r *report) write(t *cli.Text) {
	t.Printf("%s to %s: %s of %s\n", r.From.Format(time.RFC3339), r.To.Format(time.RFC3339),
		cli.Counted(r.Documents, "document"), fmt.Sprintf("%d processes that were scraped", len(r.Processes)))
	var rows [][]string
	agree := 0
	for _, x := range r.Rows {
		if len(x.Explained) == 0 && x.wrong() == 0 {
			agree++
			continue
		}
		explained := 0.0
		for _, e := range x.Explained {
			explained += e.Amount
		}
		rows = append(rows, []string{x.Series, number(x.Documents), number(x.Prometheus), number(explained), number(x.Unexplained)})
	}
	if len(rows) > 0 {
		t.Printf("\n")
		t.Table([]string{"series", "documents", "Prometheus", "explained", "unexplained"}, rows)
	}
	amounts := map[string]float64{}
	for _, x := range r.Rows {
		for _, e := range x.Explained {
			amounts[e.Reason] += e.Amount
		}
		for _, where := range slices.Sorted(maps.Keys(x.Where)) {
			t.Printf("%s: %s by %s at %s\n", x.Series, t.Red("unexplained"), number(x.Where[where]), where)
		}
	}
	t.Printf("\n%d further series as the documents say\n", agree)
	for _, reason := range reasons() {
		if amount := amounts[reason]; amount != 0 {
			t.Printf("explained: %s: %s\n", reason, number(amount))
		}
	}
	for _, x := range r.Rows {
		if x.StandardError > 0 {
			t.Printf("%s: %s is an estimate from a sample, standard error %s\n", x.Series, number(x.Documents), strconv.FormatFloat(x.StandardError, 'g', 3, 64))
		}
	}
	if r.MetricsOff > 0 {
		t.Printf("%s accepted with metrics off, or of events with enabled: false: no page counts them\n", cli.Counted(r.MetricsOff, "document"))
	}
	if r.OtherMaps > 0 {
		t.Printf("%s of another map_version than --map: give --map for each map of the range\n", cli.Counted(r.OtherMaps, "document"))
	}
	for _, x := range r.NotProvable {
		t.Printf("not provable: %s: %s\n", x.Metric, x.Reason)
	}
	t.Printf("differences: %s explained, %s unexplained\n", number(r.Differences.Explained), number(r.Differences.Unexplained))
}
