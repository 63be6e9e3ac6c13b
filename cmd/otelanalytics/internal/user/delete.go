// SPDX-License-Identifier: Apache-2.0

package user

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// deleted is what the command delete says.
type deleted struct {
	DataDir         string `json:"data_dir,omitempty"` // that was covered
	Suppressed      bool   `json:"suppressed"`         // the user is on the list
	IDs             string `json:"ids,omitempty"`      // the file with the ids of what was deleted
	Stored          int64  `json:"stored"`
	Quarantined     int64  `json:"quarantined"`
	Unattributed    int64  `json:"unattributed"`
	DamagedSegments int    `json:"damaged_segments"`
	OtherProcesses  int    `json:"other_processes"` // that are alive below the same parent
	linkedIDs
}

func newDelete() *cobra.Command {
	var p *place
	var how removal
	cmd := &cobra.Command{
		Use:   "delete USER",
		Short: "Delete everything that is kept of a user's events",
		Long: `Delete everything that is kept of a user's events. Close the account first, so that nothing is tracked for the user
any more. On a terminal you type the user's id once more; elsewhere --yes is needed. A deletion cannot be reverted.
You can run the command any number of times: after an error it does the rest.

With --suppress the command first puts the user on the list of suppressed users. After that, no service keeps
anything of the user. This needs the key of the list, which every service has: OTELANALYTICS_SUPPRESS_KEY, or
suppress_key in the file of --config. The command then waits until every service has the list, and deletes.
docs/data-protection.md shows what suppression covers.

` + linksHelp + `

With --suppress these ids are put on the list, too. Events that link ids are deleted last, so that an interrupted
deletion can be repeated. Without --with-aliases they are deleted with the user: note the ids that the command
lists.

` + journalHelp + `

Copies in other systems stay: log records that services export have the id of the event, and spans have its trace.
--ids writes both to a file, one JSON object a line, before an event is deleted.

The exit code is 1 when something is left that a person must look at:

- lines of the quarantine file without a known owner;
- damaged files of the journal, which may hold events of anybody;
- living processes below the data directory, which have journals of their own.

` + connect.Help,
		Example: `  otelanalytics user delete u-17 --data-dir /var/lib/shop/analytics
  otelanalytics user delete u-17 --with-aliases --data-dir /var/lib/shop/analytics
  otelanalytics user delete u-17 --suppress --data-dir /var/lib/shop/analytics
  otelanalytics user delete u-17 --ids u-17.ids.jsonl --data-dir /var/lib/shop/analytics
  otelanalytics user delete u-17 --without-journal --yes -o json`,
		Args:              cli.Args(1, 1, about),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "" {
				return cli.Usagef("USER is empty; anonymous events belong to no user")
			}
			return remove(cmd, p, args[0], how)
		},
	}
	p = addPlace(cmd)
	addWithAliases(cmd, &how.aliases)
	cmd.Flags().BoolVar(&how.yes, "yes", false, "do not ask")
	cmd.Flags().StringVar(&how.ids, "ids", "", "write the ids of deleted events to this new `file`, to look for in logs and traces")
	_ = cmd.MarkFlagFilename("ids", "jsonl", "json")
	cmd.Flags().BoolVar(&how.suppress, "suppress", false, "put the user on the list of suppressed users first")
	cmd.Flags().DurationVar(&how.wait, "wait", settled, "with --suppress, wait for this `duration` until every service has the list; 0: delete at once")
	_ = cmd.RegisterFlagCompletionFunc("wait", cobra.NoFileCompletions)
	return cmd
}

// removal is how a user is deleted: flags of the command.
type removal struct {
	yes, suppress bool
	aliases       bool // linked ids are taken along
	wait          time.Duration
	ids           string                  // the file for the ids; empty: none
	deleted       mongostore.DeleteOption // that writes them; nil: none
}

// settled is after how long no service stores events of a suppressed user: each has read the list, and the delivery that was
// under way is through.
const settled = eventstore.SuppressionStale + mongostore.DefaultWriteTimeout

// check refuses flags that cannot be meant.
func (h *removal) check(c config.Config) error {
	switch {
	case h.wait < 0:
		return cli.Usagef("--wait is %v; it must be 0 or above", h.wait)
	case h.suppress:
		return needSuppressKey(c)
	default:
		return nil
	}
}

func remove(cmd *cobra.Command, p *place, userID string, how removal) (err error) {
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
	if err := how.check(c); err != nil {
		return err
	}
	if !how.yes {
		more, err := how.more(cmd, p, c, userID)
		if err != nil {
			return err
		}
		if err := confirm(cmd, userID, c, dir, more); err != nil {
			return err
		}
	}
	file, err := how.openIDs()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.close()) }()
	ctx, cancel := p.within(cmd.Context())
	defer cancel()
	r := &deleted{DataDir: dir, IDs: how.ids}
	if dir == "" {
		err = r.fromMongoDB(ctx, cmd, c, userID, how)
	} else {
		err = r.fromStore(ctx, cmd, c, userID, how)
	}
	if err != nil {
		until := ""
		if r.Suppressed {
			until = "the user is suppressed; "
		}
		return fmt.Errorf("%w; %sdeleted until then: %s, and %d from quarantine", err, until, cli.Counted(r.Stored, "event"), r.Quarantined)
	}
	if err := cli.Print(cmd, r, r.write); err != nil {
		return err
	}
	if r.Unattributed > 0 || r.DamagedSegments > 0 || r.OtherProcesses > 0 {
		return cli.Failedf("some data remain that a person must examine")
	}
	return nil
}

// fromMongoDB deletes the documents.
func (r *deleted) fromMongoDB(ctx context.Context, cmd *cobra.Command, c config.Config, userID string, how removal) error {
	reader, err := connect.Reader(c)
	if err != nil {
		return err
	}
	defer reader.Close()
	return r.from(ctx, cmd, reader, userID, how)
}

// remover is a store, or a reader.
type remover interface {
	linker
	Suppress(ctx context.Context, userID string) (added bool, err error)
	Delete(ctx context.Context, userID string, opts ...mongostore.DeleteOption) (mongostore.DeleteResult, error)
}

func (r *deleted) from(ctx context.Context, cmd *cobra.Command, what remover, userID string, how removal) error {
	if err := r.find(ctx, what, userID, how.aliases); err != nil {
		return err
	}
	if how.suppress {
		if err := r.suppress(ctx, what, userID); err != nil {
			return err
		}
		if err := await(ctx, cmd, how.wait); err != nil {
			return err
		}
		if err := r.find(ctx, what, userID, how.aliases); err != nil { // what came meanwhile, too
			return err
		}
	}
	result, err := what.Delete(ctx, userID, how.deleted, r.option())
	r.Stored, r.Quarantined = result.Stored, result.Quarantined
	r.Unattributed, r.DamagedSegments, r.OtherProcesses = result.Unattributed, result.DamagedSegments, result.OtherProcesses
	return err
}

// suppress puts the user, and the ids that are taken along, on the list.
func (r *deleted) suppress(ctx context.Context, what remover, userID string) error {
	ids := []string{userID}
	if r.Taken {
		ids = append(ids, r.followed()...)
	}
	for _, id := range ids {
		if _, err := what.Suppress(ctx, id); err != nil {
			return err
		}
		r.Suppressed = true
	}
	return nil
}

// more says what else is deleted, for a person who is asked. It looks at what MongoDB has by now.
func (h *removal) more(cmd *cobra.Command, p *place, c config.Config, userID string) (string, error) {
	if !h.aliases || !cli.CanAsk(cmd) {
		return "", nil
	}
	reader, err := connect.Reader(c)
	if err != nil {
		return "", err
	}
	defer reader.Close()
	ctx, cancel := p.within(cmd.Context())
	defer cancel()
	var found linkedIDs
	if err := found.find(ctx, reader, userID, true); err != nil {
		return "", fmt.Errorf("%w; nothing was deleted", err)
	}
	return found.question(), nil
}

// await waits until every service has the list.
func await(ctx context.Context, cmd *cobra.Command, wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "the user is suppressed; in %v every service has the list, and the deletion begins\n", wait)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("before every service had the list: %w", ctx.Err())
	}
}

func (r *deleted) fromStore(ctx context.Context, cmd *cobra.Command, c config.Config, userID string, how removal) error {
	store, err := open(ctx, c, r.DataDir, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	err = r.from(ctx, cmd, store, userID, how)
	closed := shutdown(store)
	if err != nil {
		return err // what closing says is the same again
	}
	return closed
}

func (r *deleted) write(t *cli.Text) {
	if r.Suppressed {
		t.Printf("suppressed: no service keeps anything of the user, until otelanalytics user unsuppress\n")
	}
	t.Printf("deleted: %s, and %d that MongoDB had refused\n", cli.Counted(r.Stored, "event"), r.Quarantined)
	r.linkedIDs.write(t)
	if len(r.followed()) > 0 && !r.Taken {
		t.Printf("%s the links were deleted with the user's events: run otelanalytics user delete ID --with-aliases for each linked id to delete\n", t.Yellow("note:"))
	}
	uncovered(t, r.DataDir)
	if r.IDs != "" {
		t.Printf("ids of the deleted events: %s; look for them in logs (otelanalytics.event.id) and traces\n", cli.Safe(r.IDs))
	}
	if r.Unattributed > 0 {
		t.Printf("%s %s in quarantine.jsonl whose user is unknown: read them, and delete them by hand\n", t.Yellow("left:"), cli.Counted(r.Unattributed, "line"))
	}
	if r.OtherProcesses > 0 {
		t.Printf("%s processes that are alive below the data directory, with journals of their own: %d; end them, and delete again\n", t.Yellow("left:"), r.OtherProcesses)
	}
	if r.DamagedSegments > 0 {
		t.Printf("%s %s in journal/damaged, which may hold events of anybody: look at them, and delete them by hand\n", t.Yellow("left:"), cli.Counted(int64(r.DamagedSegments), "damaged file"))
	}
}
