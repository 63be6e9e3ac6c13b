// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// New returns the command journal.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Look at the journal of a service, or take a sink or a consumer from it",
		Long: `Look at the journal of a service. Its files, in the data directory, hold the events that are not in MongoDB yet, or
that another sink or consumer has not done yet. docs/journal.md describes them.`,
		Example: `  otelanalytics journal inspect /var/lib/shop/analytics`,
	}
	cmd.AddCommand(newInspect(), newSinks(), newRemoveSink(), newDropConsumer())
	return cli.Group(cmd)
}

func newInspect() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect [DIR]",
		Short: "Show the content of a journal: pending events, segments, damage",
		Long: `Show the content of a journal:

- how many events wait for MongoDB, and since when;
- its segments, and the positions of its other sinks and consumers;
- what cannot be read, and how many events that costs;
- the process that uses it.

The command writes nothing, and the service may run. Events that it appends or deletes meanwhile are not taken for
damage. All segments are read.

` + datadir.Help + `

The exit code is 1 when damage was found, and 2 when the directory has no journal or cannot be read.`,
		Example: `  otelanalytics journal inspect /var/lib/shop/analytics
  otelanalytics journal inspect --config otelanalytics.yaml --events --limit 20
  otelanalytics journal inspect -o json otelanalytics-data | jq .pending`,
	}
	show := datadir.Add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		dir, err := show.Dir(args)
		if err != nil {
			return err
		}
		found, err := inspect(cmd, dir)
		if err != nil {
			return err
		}
		r := newReport(dir, found)
		if err := r.list(dir, show); err != nil {
			return err
		}
		if err := cli.Print(cmd, r, r.write); err != nil {
			return err
		}
		if n := len(r.Damage); n > 0 {
			more := ""
			if slices.ContainsFunc(r.Damage, func(d damage) bool { return d.Uncounted }) {
				more = ", and those at the end of the journal that nothing counts"
			}
			return cli.Failedf("%s cannot be read; %s lost%s", cli.Counted(int64(n), "place"), cli.Counted(r.Lost, "event"), more)
		}
		return nil
	}
	return cmd
}

// inspect shows how far it has come.
func inspect(cmd *cobra.Command, dir string) (eventstore.JournalReport, error) {
	var bar *cli.Progress
	var before int64
	defer func() {
		if bar != nil {
			bar.Done()
		}
	}()
	return eventstore.InspectJournal(cmd.Context(), dir, eventstore.WithInspectProgress(func(read, total int64) {
		if bar == nil {
			bar = cli.NewProgress(cmd, total, "reading")
		}
		if read > before { // it begins anew when it finds damage in a journal that is in use
			bar.Add(int(read - before))
			before = read
		}
	}))
}
