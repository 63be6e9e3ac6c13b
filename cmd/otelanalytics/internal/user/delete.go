// SPDX-License-Identifier: Apache-2.0

package user

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// deleted is what the command delete says.
type deleted struct {
	DataDir         string `json:"data_dir,omitempty"` // that was covered
	Stored          int64  `json:"stored"`
	Quarantined     int64  `json:"quarantined"`
	Unattributed    int64  `json:"unattributed"`
	DamagedSegments int    `json:"damaged_segments"`
}

func newDelete() *cobra.Command {
	var p *place
	var yes bool
	cmd := &cobra.Command{
		Use:   "delete USER",
		Short: "Delete everything that is kept of a user's events",
		Long: `Delete everything that is kept of a user's events. Close the account first, so that nothing is tracked for the user any
more. On a terminal the user's id has to be typed once more; elsewhere --yes is needed. There is no way back. The command
can be run any number of times, and after an error it does the rest.

` + journalHelp + `

The exit code is 1 when something is left that a person must look at: lines of the quarantine file of which nobody can
tell whose they are, and damaged files of the journal, which may hold events of anybody.

` + connect.Help,
		Example: `  otelanalytics user delete u-17 --data-dir /var/lib/shop/analytics
  otelanalytics user delete u-17 --without-journal --yes -o json`,
		Args:              cli.Args(1, 1, about),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "" {
				return cli.Usagef("USER is empty; anonymous events are nobody's")
			}
			return remove(cmd, p, args[0], yes)
		},
	}
	p = addPlace(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func remove(cmd *cobra.Command, p *place, userID string, yes bool) error {
	c, err := p.deployment.Load()
	if err != nil {
		return err
	}
	dir, err := p.directory(c)
	if err != nil {
		return err
	}
	if err := connect.NeedMongoDB(c); err != nil {
		return err
	}
	if !yes {
		if err := confirm(cmd, userID, c, dir); err != nil {
			return err
		}
	}
	ctx, cancel := p.within(cmd.Context())
	defer cancel()
	r := &deleted{DataDir: dir}
	if dir == "" {
		err = r.fromMongoDB(ctx, c, userID)
	} else {
		err = r.fromStore(ctx, cmd, c, userID)
	}
	if err != nil {
		return fmt.Errorf("%w; deleted until then: %s, and %d from quarantine", err, cli.Counted(r.Stored, "event"), r.Quarantined)
	}
	if err := cli.Print(cmd, r, r.write); err != nil {
		return err
	}
	if r.Unattributed > 0 || r.DamagedSegments > 0 {
		return cli.Failedf("something is left that a person must look at")
	}
	return nil
}

// fromMongoDB deletes the documents.
func (r *deleted) fromMongoDB(ctx context.Context, c config.Config, userID string) error {
	reader, err := connect.Reader(c)
	if err != nil {
		return err
	}
	defer reader.Close()
	result, err := reader.Delete(ctx, userID)
	r.Stored = result.Stored
	return err
}

func (r *deleted) fromStore(ctx context.Context, cmd *cobra.Command, c config.Config, userID string) error {
	store, err := open(ctx, c, r.DataDir, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	var result mongostore.DeleteResult
	result, err = store.Delete(ctx, userID)
	r.Stored, r.Quarantined = result.Stored, result.Quarantined
	r.Unattributed, r.DamagedSegments = result.Unattributed, result.DamagedSegments
	closed := shutdown(store)
	if err != nil {
		return err // what closing says is the same again
	}
	return closed
}

func (r *deleted) write(t *cli.Text) {
	t.Printf("deleted: %s, and %d that MongoDB had refused\n", cli.Counted(r.Stored, "event"), r.Quarantined)
	uncovered(t, r.DataDir)
	if r.Unattributed > 0 {
		t.Printf("%s %s in quarantine.jsonl of which nobody can tell whose they are: read them, and delete them by hand\n", t.Yellow("left:"), cli.Counted(r.Unattributed, "line"))
	}
	if r.DamagedSegments > 0 {
		t.Printf("%s %s in journal/damaged, which may hold events of anybody: look at them, and delete them by hand\n", t.Yellow("left:"), cli.Counted(int64(r.DamagedSegments), "damaged file"))
	}
}
