// SPDX-License-Identifier: Apache-2.0

package migrate

import (
	"fmt"
	"time"
	_ "time/tzdata" // --timezone works where the system has no time zones

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

const maxBatch = 10_000

// writeTimeout bounds the conversion of a batch, which ctrl-C waits for. A server that uses an index on _id takes a
// fraction of a second; one that does not should not be given up too early.
const writeTimeout = 5 * time.Minute

// command is what the flags say.
type command struct {
	deployment *connect.Flags
	batch      int
	dryRun     bool
	timezone   string
}

// New returns the command migrate.
func New() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Convert old documents, whose timestamp is a text, into the present form",
		Long: `Convert old documents, whose timestamp is a text in ISO 8601, into the present form, in place:

    timestamp    the text becomes a Date; without a time zone it is taken as UTC, or as the time of --timezone
    received_at  gets the value of created_at, which is removed; without it, the time of timestamp
    user_id      "" when it is missing or null; numbers and ObjectIds become text
    event_data   {} when it is missing or null
    key, session_id, platform, module, anonymous_id, group_id, trace_id, span_id
                 are removed when they are null or empty

Everything else stays, including _id. Services may write to the collection meanwhile: a document is changed only if
its timestamp is still the text that was read.

A document that cannot be converted stays as it is. It is reported by reason with the first few _id, and the exit
code is then 1. Converted documents are no longer found, so after an interruption the same command continues with
the rest. That holds for a kill, an outage and Ctrl-C, which ends the command after the batch that it is writing,
with exit code 2. --dry-run writes nothing, and shows what would change.

` + connect.Help,
		Example: `  otelanalytics migrate --dry-run
  otelanalytics migrate --timezone Europe/Berlin
  otelanalytics migrate --collection user_events_2023 --batch 5000 -o json`,
		Args:              cli.Args(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.deployment = connect.AddFlags(cmd)
	cmd.Flags().IntVar(&c.batch, "batch", 1_000, "the `number` of documents in a batch, up to 10000")
	cmd.Flags().BoolVar(&c.dryRun, "dry-run", false, "write nothing; count, and show examples")
	cmd.Flags().StringVar(&c.timezone, "timezone", "UTC", "the time zone of texts that have none, by its `name` such as Europe/Berlin")
	for _, name := range []string{"batch", "timezone"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flag exists
	}
	return cmd
}

func (c *command) run(cmd *cobra.Command) error {
	if c.batch < 1 || c.batch > maxBatch {
		return cli.Usagef("--batch is %d; it must be between 1 and %d", c.batch, maxBatch)
	}
	local, err := time.LoadLocation(c.timezone)
	if err != nil || c.timezone == "" || c.timezone == "Local" {
		return cli.Usagef("--timezone %q is not known; give a name such as UTC or Europe/Berlin", c.timezone)
	}
	config, db, err := c.deployment.Connect(cmd.Context())
	if err != nil {
		return err
	}
	defer db.Close()
	reader, err := connect.Reader(config)
	if err != nil {
		return err
	}
	defer reader.Close()
	r := &report{
		Collection: config.Database + "." + config.Collection, DryRun: c.dryRun,
		Fields: make(map[string]int64), Skipped: []*skipped{},
	}
	ctx := cmd.Context()
	if r.Found, err = db.Collection.CountDocuments(ctx, oldForm()); err != nil {
		return db.Error("counting documents of the old form", err)
	}
	doing := "migrating"
	if c.dryRun {
		doing = "reading"
	}
	m := &migration{
		db: db, local: local, batch: c.batch, report: r,
		shown: make(map[string]bool), progress: cli.NewProgress(cmd, r.Found, doing),
		marker: uniques.NewMarker(connect.Marks(config, reader)), errs: cmd.ErrOrStderr(),
	}
	err = m.run(ctx)
	m.progress.Done()
	if printErr := cli.Print(cmd, r, r.write); printErr != nil {
		return printErr
	}
	switch {
	case ctx.Err() != nil && !r.Finished:
		return fmt.Errorf("interrupted after %d of %d documents; run the same command again for the rest", r.Converted+r.Elsewhere+r.left(), r.Found)
	case err != nil:
		return fmt.Errorf("%w; %s converted; run the same command again for the rest", err, cli.Counted(r.Converted, "document"))
	case r.left() > 0:
		return cli.Failedf("%s left as they are", cli.Counted(r.left(), "document"))
	}
	return nil
}
