// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// removed is the command's result.
type removed struct {
	Dir            string `json:"dir"`
	Sink           string `json:"removed"`
	Undelivered    int64  `json:"undelivered"`
	Quarantined    int64  `json:"quarantined"`
	QuarantineFile string `json:"quarantine_file"`
}

func newRemoveSink() *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use:   "remove-sink DIR NAME",
		Short: "Remove a sink that no service has any more, and show what it has not got",
		Long: `Remove a sink of eventstore.Config.Sinks that no service has any more. The command deletes the events that the
journal in the data directory DIR keeps for it alone, and shows their number: the sink will not get them. Events
that wait for the first sink, or for another one, stay. The quarantine file of the sink stays, too.

Without --yes nothing is changed. Stop the service first: the command must have the directory to itself. If a
service has a sink of this name again, it begins as a new one. "journal sinks" lists the sinks.`,
		Example: `  otelanalytics journal remove-sink --yes /var/lib/shop/analytics copy`,
		Args:    cli.Args(2, 2, "DIR and NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := datadir.One(args[0])
			if err != nil {
				return err
			}
			if !yes {
				return refuse(cmd, dir, args[1])
			}
			done, err := eventstore.RemoveSink(dir, args[1])
			if err != nil {
				return err
			}
			r := removed{dir, args[1], done.Undelivered, done.Quarantined, done.QuarantineFile}
			return cli.Print(cmd, r, r.write)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do it; without it, show what the sink has not got")
	return cmd
}

// refuse says what would be left.
func refuse(cmd *cobra.Command, dir, name string) error {
	found, err := inspect(cmd, dir)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(found.Sinks, func(s eventstore.JournalConsumer) bool { return s.Name == name })
	if i < 0 {
		return cli.Failedf("%s has no sink %q", dir, name)
	}
	return cli.Failedf("sink %s does not have %s, and would never get them; nothing was changed: give --yes to remove it", name, cli.Counted(found.Sinks[i].Pending, "event"))
}

// write is the result for people.
func (r removed) write(t *cli.Text) {
	t.Printf("%s: sink %s is removed; it did not get %s\n", r.Dir, r.Sink, cli.Counted(r.Undelivered, "event"))
	if r.Quarantined > 0 {
		t.Printf("%s that it refused: %s\n", cli.Counted(r.Quarantined, "event"), r.QuarantineFile)
	}
}
