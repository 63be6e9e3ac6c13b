// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// outcome is what a run with players prints: first what the players counted,
// then what the SDK did with it.
type outcome struct {
	Players  int                `json:"players"`
	Seconds  float64            `json:"seconds"`
	Seed     uint64             `json:"seed"`
	Requests int64              `json:"requests"`
	Events   map[string]int64   `json:"events"`
	Series   map[string]float64 `json:"series"`

	Accepted     int64 `json:"accepted"`
	Recovered    int64 `json:"recovered"` // left in the journal by a process before this one
	Stored       int64 `json:"stored"`
	Deduplicated int64 `json:"deduplicated"`
	Pending      int64 `json:"pending"`
	Quarantined  int64 `json:"quarantined"`
	Suppressed   int64 `json:"suppressed"`
	Lost         int64 `json:"lost"`
	Rejected     int64 `json:"rejected"`
	Dropped      int64 `json:"dropped"`
	Duplicate    int64 `json:"duplicate"`
}

func newOutcome(o players.Options, seconds float64, t players.Truth, s otelanalytics.Stats) outcome {
	return outcome{
		Players: o.Players, Seconds: seconds, Seed: o.Seed, Requests: t.Requests, Events: t.Events, Series: t.Series,
		Accepted: s.Accepted, Recovered: s.Recovered, Stored: s.Stored, Deduplicated: s.Deduplicated,
		Pending: s.Pending, Quarantined: s.Quarantined, Suppressed: s.Suppressed, Lost: s.Lost, Rejected: s.Rejected, Dropped: s.Dropped, Duplicate: s.Duplicate,
	}
}

// table writes the outcome for people: ten lines.
func (o outcome) table(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	var events int64
	for _, n := range o.Events {
		events += n
	}
	names := slices.SortedFunc(maps.Keys(o.Events), func(a, b string) int {
		return cmp.Or(cmp.Compare(o.Events[b], o.Events[a]), cmp.Compare(a, b))
	})
	for _, row := range [][3]string{
		{"players", strconv.Itoa(o.Players), fmt.Sprintf("played for %.0f s; -seed %d has them do the same again", o.Seconds, o.Seed)},
		{"requests", strconv.FormatInt(o.Requests, 10), ""},
		{"events", strconv.FormatInt(events, 10), "that the players counted themselves"},
		{"accepted", strconv.FormatInt(o.Accepted, 10), "by Track"},
		{"stored", strconv.FormatInt(o.Stored, 10), "in MongoDB"},
		{"not stored", strconv.FormatInt(o.Pending+o.Quarantined+o.Lost+o.Rejected, 10), fmt.Sprintf("pending %d, quarantined %d, lost %d, rejected %d", o.Pending, o.Quarantined, o.Lost, o.Rejected)},
		{"series", strconv.Itoa(len(o.Series)), "on /metrics that the players could foretell"},
	} {
		fmt.Fprintf(w, "%s\t%s\t%s\n", row[0], row[1], row[2])
	}
	for _, name := range names[:min(3, len(names))] {
		fmt.Fprintf(w, "%s\t%d\tevents of the type\n", name, o.Events[name])
	}
	return w.Flush()
}
