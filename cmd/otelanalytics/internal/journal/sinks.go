// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// sink is one behind the first.
type sink struct {
	Name          string     `json:"name"`
	Checkpoint    uint64     `json:"checkpoint"`
	Pending       int64      `json:"pending"`
	PendingBytes  int64      `json:"pending_bytes"`
	OldestPending *time.Time `json:"oldest_pending"`
}

// sinks is the result of the command sinks.
type sinks struct {
	Dir          string `json:"dir"`
	LastSequence uint64 `json:"last_sequence"`
	Sinks        []sink `json:"sinks"`
}

// sinksOf returns the sinks of a journal.
func sinksOf(j eventstore.JournalReport) []sink {
	all := []sink{}
	for _, s := range j.Sinks {
		all = append(all, sink{s.Name, s.Checkpoint, s.Pending, s.Bytes, known(s.Oldest)})
	}
	return all
}

func newSinks() *cobra.Command {
	return &cobra.Command{
		Use:   "sinks DIR",
		Short: "Show the positions of a journal's sinks beside the first",
		Long: `Show the position of each sink that eventstore.Config.Sinks names, or named, beside the first one. For each sink the
command shows:

- the sequence number up to which it has the events of the journal in the data directory DIR;
- how many events it has not got, and their bytes;
- since when the oldest of them waits.

"journal inspect" shows the same about the first sink. The command writes nothing, and the service may run.`,
		Example: `  otelanalytics journal sinks /var/lib/shop/analytics`,
		Args:    cli.Args(1, 1, "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := datadir.One(args[0])
			if err != nil {
				return err
			}
			found, err := inspect(cmd, dir)
			if err != nil {
				return err
			}
			r := sinks{dir, found.LastSeq, sinksOf(found)}
			return cli.Print(cmd, r, r.write)
		},
	}
}

// write is the result for people.
func (r sinks) write(t *cli.Text) {
	if len(r.Sinks) == 0 {
		t.Printf("%s: there is no sink after the first\n", r.Dir)
		return
	}
	t.Printf("%s: %s after the first; the last event has the number %d\n\n", t.Bold(r.Dir), cli.Counted(int64(len(r.Sinks)), "sink"), r.LastSequence)
	writeSinks(t, r.Sinks)
}

// writeSinks is a table of sinks.
func writeSinks(t *cli.Text, all []sink) {
	var rows [][]string
	for _, s := range all {
		age := "-"
		if s.OldestPending != nil {
			age = cli.Age(time.Since(*s.OldestPending))
		}
		rows = append(rows, []string{s.Name, number(s.Checkpoint), decimal(s.Pending), decimal(s.PendingBytes), age})
	}
	t.Table([]string{"SINK", "HAS UP TO", "PENDING", "BYTES", "OLDEST"}, rows)
}
