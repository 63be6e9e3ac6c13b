// SPDX-License-Identifier: Apache-2.0

// Package summary holds the command that counts the events of MongoDB.
package summary

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventfilter"
)

// result is what the command says.
type result struct {
	Events int64    `json:"events"`
	Users  int64    `json:"users"`
	First  string   `json:"first,omitempty"`
	Last   string   `json:"last,omitempty"`
	Types  []byType `json:"types"`
}

type byType struct {
	Type   string `json:"event_type"`
	Events int64  `json:"events"`
	Users  int64  `json:"users"`
	Now    string `json:"event_type_now,omitempty"` // where the type has another name now
}

// New returns the command summary.
func New() *cobra.Command {
	var deployment *connect.Flags
	var filter *eventfilter.Flags
	cmd := &cobra.Command{
		Use:   "summary",
		Short: "Count the events in MongoDB, and their users, for each type",
		Long: `Count the events in MongoDB, and their different users, in all and for each type. Anonymous events belong to nobody.
The command only reads, and works beside running services. Events that still wait in their journals are not in
MongoDB yet. The numbers are exact, and read one after the other: an event that is stored meanwhile may be in one
number and not in another.

A type is counted under the name that its events were tracked under. If the event map gives it another name now
(renamed_from), that name stands beside it. --type with the present name counts all of them together.

Without --user or --anonymous the server looks at every document of the range of time.

` + connect.Help,
		Example: `  otelanalytics summary --from 7d
  otelanalytics summary --type user_logged_in --from 2026-07-01 --to 2026-07-02
  otelanalytics summary --user u-17 -o json | jq .events`,
		Args:              cli.Args(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := count(cmd, deployment, filter)
			if err != nil {
				return err
			}
			return cli.Print(cmd, r, r.write)
		},
	}
	deployment, filter = connect.AddFlags(cmd), eventfilter.Add(cmd)
	return cmd
}

func count(cmd *cobra.Command, deployment *connect.Flags, filter *eventfilter.Flags) (*result, error) {
	f, err := filter.Filter()
	if err != nil {
		return nil, err
	}
	config, err := deployment.LoadWithoutKeys()
	if err != nil {
		return nil, err
	}
	names, err := filter.Names(config)
	if err != nil {
		return nil, err
	}
	reader, err := connect.ReaderOf(config, names)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	filter.Explain(names)
	progress := cli.NewProgress(cmd, 2, "counting")
	defer progress.Done()
	sum, err := reader.Summary(cmd.Context(), f)
	if err != nil {
		return nil, err
	}
	progress.Add(1)
	types, err := reader.SummaryByType(cmd.Context(), f)
	if err != nil {
		return nil, err
	}
	r := &result{Events: sum.Events, Users: sum.Users, Types: make([]byType, len(types))}
	if !sum.First.IsZero() {
		r.First, r.Last = sum.First.Format(eventfilter.Form), sum.Last.Format(eventfilter.Form)
	}
	for i, t := range types {
		r.Types[i] = byType{t.Type, t.Events, t.Users, names.Now(t.Type)}
	}
	return r, nil
}

func (r *result) write(t *cli.Text) {
	t.Printf("%s, %s", cli.Counted(r.Events, "event"), cli.Counted(r.Users, "user"))
	if r.First != "" {
		t.Printf(", from %s to %s", r.First, r.Last)
	}
	t.Printf("\n")
	if len(r.Types) == 0 {
		return
	}
	t.Printf("\n")
	rows := make([][]string, len(r.Types))
	for i, of := range r.Types {
		name := cli.Safe(of.Type)
		if name == "" {
			name = "(no type)"
		}
		if of.Now != "" {
			name += " (now " + cli.Safe(of.Now) + ")"
		}
		rows[i] = []string{name, strconv.FormatInt(of.Events, 10), strconv.FormatInt(of.Users, 10)}
	}
	t.Table([]string{"type", "events", "users"}, rows)
}
