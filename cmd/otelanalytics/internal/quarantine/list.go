// SPDX-License-Identifier: Apache-2.0

package quarantine

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

func newList() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list [DIR]",
		Short: "List the events in quarantine, and why they are there",
		Long: `List the events in quarantine, by type and reason, and since when they are there. The command writes nothing, and
the service may run.

` + datadir.Help + `

--sink lists the quarantine of a sink beside the first one, which has a file of its own. The command names other
sinks that have one.

The data of events, and the server's messages about them, which may quote the data, are shown only with --data. The
exit code is 0 whether there are events or not.`,
		Example: `  otelanalytics quarantine list /var/lib/shop/analytics
  otelanalytics quarantine list --events --limit 20
  otelanalytics quarantine list -o json --data otelanalytics-data | jq '.events[].message'`,
	}
	show := datadir.Add(cmd)
	sink := cmd.Flags().String("sink", "", "the `name` of a sink after the first one, as the service configures it")
	_ = cmd.RegisterFlagCompletionFunc("sink", cobra.NoFileCompletions)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		dir, err := show.Dir(args)
		if err != nil {
			return err
		}
		r, err := read(dir, *sink, show)
		if err != nil {
			return err
		}
		return cli.Print(cmd, r, r.write)
	}
	return cmd
}

// list is the command's result.
type list struct {
	Dir    string  `json:"dir"`
	Sink   string  `json:"sink,omitempty"` // --sink
	Events int64   `json:"count"`
	Groups []group `json:"groups"`
	// Left are lines that quarantine replay would leave, by what is wrong with them.
	Left     map[string]int64 `json:"not_replayable"`
	Listed   []event          `json:"events,omitempty"`
	Unlisted int64            `json:"unlisted,omitempty"` // events beyond --limit
	// Sinks are the sinks beside the first that have a quarantine file.
	Sinks []string `json:"sinks,omitempty"`
}

// group are the events of one type and reason.
type group struct {
	Type   string     `json:"type"`
	Reason string     `json:"reason"`
	Count  int64      `json:"count"`
	First  *time.Time `json:"first"`
	Last   *time.Time `json:"last"`
}

type event struct {
	Line    int64      `json:"line"`
	Time    *time.Time `json:"quarantined_at"`
	ID      string     `json:"id"`
	Type    string     `json:"type"`
	Reason  string     `json:"reason"`
	Bytes   int        `json:"bytes"`
	Problem string     `json:"problem,omitempty"`
	Message string     `json:"message,omitempty"`
	Data    any        `json:"data,omitempty"`
}

func read(dir, sink string, show *datadir.Selection) (*list, error) {
	r := &list{Dir: dir, Sink: sink, Groups: []group{}, Left: map[string]int64{}}
	if show.Events {
		r.Listed = []event{}
	}
	groups := make(map[eventstore.QuarantineKey]*group)
	for e, err := range eventsOf(dir, sink) {
		if err != nil {
			return nil, err
		}
		r.Events++
		key := eventstore.QuarantineKey{Type: e.Type, Reason: e.Reason}
		g := groups[key]
		if g == nil {
			g = &group{Type: e.Type, Reason: e.Reason}
			groups[key] = g
		}
		g.add(e.Time)
		e.Problem = problem(e)
		if e.Problem != "" {
			r.Left[e.Problem]++
		}
		switch {
		case show.Wants(len(r.Listed)):
			r.Listed = append(r.Listed, newEvent(e, show))
		case show.Events:
			r.Unlisted++
		}
	}
	if sink == "" {
		var err error
		if r.Sinks, err = eventstore.QuarantinedSinks(dir); err != nil {
			return nil, err
		}
	}
	for _, g := range groups {
		r.Groups = append(r.Groups, *g)
	}
	slices.SortFunc(r.Groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Reason, b.Reason))
	})
	return r, nil
}

// problem is why a replay leaves an event in quarantine; empty: it does not, or the event map decides.
func problem(e eventstore.QuarantinedEvent) string {
	if e.Problem == "" && e.Refused && e.Reason != ownmetrics.ReasonEventMap {
		return "otelanalytics deliver read a message that is no event (malformed), or too large (too_large): look for its producer"
	}
	return e.Problem
}

// eventsOf reads the quarantine file of a sink, or of the first one.
func eventsOf(dir, sink string) iter.Seq2[eventstore.QuarantinedEvent, error] {
	if sink != "" {
		return eventstore.ReadSinkQuarantine(dir, sink)
	}
	return eventstore.ReadQuarantine(dir)
}

func (g *group) add(at time.Time) {
	g.Count++
	if at.IsZero() {
		return
	}
	if g.First == nil || at.Before(*g.First) {
		g.First = &at
	}
	if g.Last == nil || at.After(*g.Last) {
		g.Last = &at
	}
}

func newEvent(e eventstore.QuarantinedEvent, show *datadir.Selection) event {
	shown := event{Line: e.Line, ID: e.ID, Type: e.Type, Reason: e.Reason, Bytes: len(e.Document), Problem: e.Problem, Data: show.JSON(e.Document)}
	if !e.Time.IsZero() {
		shown.Time = &e.Time
	}
	if show.Data {
		shown.Message = e.Message
	}
	return shown
}

// write is the list for people.
func (r *list) write(t *cli.Text) {
	whose := ""
	if r.Sink != "" {
		whose = ", of sink " + r.Sink
	}
	t.Printf("%s: %s in quarantine%s\n", t.Bold(r.Dir), cli.Counted(r.Events, "event"), whose)
	for _, name := range r.Sinks {
		t.Printf("%s sink %s has a quarantine of its own; --sink %s lists it\n", t.Yellow("note:"), name, name)
	}
	if r.Events == 0 {
		return
	}
	var rows [][]string
	for _, g := range r.Groups {
		rows = append(rows, []string{cli.OrDash(g.Type), cli.OrDash(g.Reason), strconv.FormatInt(g.Count, 10), cli.Stamp(g.First), cli.Stamp(g.Last)})
	}
	t.Printf("\n")
	t.Table([]string{"EVENT", "REASON", "COUNT", "FIRST", "LAST"}, rows)
	left := int64(0)
	for _, problem := range slices.Sorted(maps.Keys(r.Left)) {
		t.Printf("%s %s cannot be put back: %s\n", t.Yellow("note:"), cli.Counted(r.Left[problem], "line"), problem)
		left += r.Left[problem]
	}
	switch {
	case left == r.Events:
	case r.Sink != "":
		t.Printf("    %s remove the reason why the sink refused them, then run otelanalytics quarantine replay --sink %s\n", t.Green("fix:"), r.Sink)
	default:
		t.Printf("    %s remove the reason why MongoDB refused them (a validator, a unique index, a limit), then run otelanalytics quarantine replay\n", t.Green("fix:"))
	}
	r.writeEvents(t)
}

func (r *list) writeEvents(t *cli.Text) {
	if len(r.Listed) == 0 {
		return
	}
	header, rows := []string{"LINE", "QUARANTINED", "ID", "BYTES", "EVENT", "REASON"}, [][]string{}
	for _, e := range r.Listed {
		line := strconv.FormatInt(e.Line, 10)
		if e.Line == 0 {
			line = "-" // the file has no room for it yet
		}
		row := []string{line, cli.Stamp(e.Time), cli.OrDash(e.ID), strconv.Itoa(e.Bytes), cli.OrDash(e.Type), cli.OrDash(e.Reason)}
		if e.Message != "" || e.Data != nil {
			row = append(row, cli.OrDash(e.Message), data(e.Data))
			header = append(header[:6], "MESSAGE", "DATA")
		}
		rows = append(rows, row)
	}
	t.Printf("\n")
	t.Table(header, rows)
	if r.Unlisted > 0 {
		t.Printf("and %d more; --limit 0 lists all\n", r.Unlisted)
	}
}

func data(value any) string {
	if value == nil {
		return "-"
	}
	return fmt.Sprint(value)
}
