// SPDX-License-Identifier: Apache-2.0

package query

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventfilter"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// page is the command's result.
type page struct {
	Events []event `json:"events"`
	Next   string  `json:"next,omitempty"`
}

// command is what the flags say.
type command struct {
	deployment *connect.Flags
	filter     *eventfilter.Flags
	limit      int
	cursor     string
	all        bool
	filters    []string
}

// New returns the command query.
func New() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "query",
		Short: "Show the events in MongoDB, the newest first",
		Long: `Show the events in MongoDB, the newest first, by the time when they happened. The command only reads, and works
beside running services. Events that still wait in their journals are not in MongoDB yet.

A page has --limit events, and the text to give as --cursor for the next page; --all shows all pages. With -o json a
page is one object, with everything that is known of each event, its data as relaxed Extended JSON. With --all each
event is one line. Times are UTC, in milliseconds.

--type finds the events of each name that the type had, if the event map lists it (renamed_from). event_type is the
name under which an event was tracked.

--filter data.FIELD=VALUE chooses events by a field of their data, by the name that the caller of Track gave it:
data.$current_url=/. VALUE is a number, true, false, null (no such field, too) or a text. A text such as "5" stands
in quotes. An event must match all filters. No index helps: add --user, --type or --from where there are many
events.

Characters in the data that a terminal would act on are written as \x1b and similar.

` + connect.Help,
		Example: `  otelanalytics query --user u-17 --from 7d
  otelanalytics query --type user_logged_in --from 2026-07-01 --to 2026-07-02 --limit 20
  otelanalytics query --type order_paid --from 24h --filter data.currency=EUR --filter data.order.total=25
  otelanalytics query --user u-17 --all -o json | jq -r .event_type | sort | uniq -c`,
		Args:              cli.Args(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.deployment, c.filter = connect.AddFlags(cmd), eventfilter.Add(cmd)
	cmd.Flags().IntVar(&c.limit, "limit", mongostore.DefaultQueryLimit, "the largest `number` of events on a page, up to 1000")
	cmd.Flags().StringVar(&c.cursor, "cursor", "", "where the page begins: the `text` at the end of the previous page")
	cmd.Flags().BoolVar(&c.all, "all", false, "all pages")
	cmd.Flags().StringArrayVar(&c.filters, "filter", nil, "events with `data.FIELD=VALUE`; may be given several times")
	for _, name := range []string{"limit", "cursor", "filter"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flag exists
	}
	return cmd
}

func (c *command) query() (mongostore.Query, error) {
	f, err := c.filter.Filter()
	if err != nil {
		return mongostore.Query{}, err
	}
	if c.limit < 1 || c.limit > mongostore.MaxQueryLimit {
		return mongostore.Query{}, cli.Usagef("--limit is %d; it must be between 1 and %d; --all shows all events", c.limit, mongostore.MaxQueryLimit)
	}
	q := mongostore.Query{UserID: f.UserID, Anonymous: f.Anonymous, Type: f.Type, From: f.From, To: f.To, Limit: c.limit, Cursor: c.cursor}
	for _, text := range c.filters {
		f, err := fieldValue(text)
		if err != nil {
			return mongostore.Query{}, err
		}
		q.Data = append(q.Data, f)
	}
	if c.all {
		q.Limit = mongostore.MaxQueryLimit
	}
	return q, nil
}

func (c *command) run(cmd *cobra.Command) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	config, err := c.deployment.LoadWithoutKeys()
	if err != nil {
		return err
	}
	names, err := c.filter.Names(config)
	if err != nil {
		return err
	}
	reader, err := connect.ReaderOf(config, names)
	if err != nil {
		return err
	}
	defer reader.Close()
	c.filter.Explain(names)
	if c.all {
		err = showAll(cmd, reader, q)
	} else {
		err = showPage(cmd, reader, q)
	}
	if errors.Is(err, mongostore.ErrCursor) {
		return cli.Usagef("--cursor: %w", err)
	}
	return err
}

func showPage(cmd *cobra.Command, reader *mongostore.Reader, q mongostore.Query) error {
	found, err := reader.Query(cmd.Context(), q)
	if err != nil {
		return err
	}
	p := page{Events: make([]event, len(found.Events)), Next: found.Next}
	for i, e := range found.Events {
		if p.Events[i], err = newEvent(e); err != nil {
			return err
		}
	}
	return cli.Print(cmd, p, func(t *cli.Text) {
		(&table{}).write(t, p.Events)
		if p.Next != "" {
			t.Printf("\nThere are more: --cursor %s\n", p.Next)
		}
	})
}

// showAll writes page by page, so that the memory is that of one.
func showAll(cmd *cobra.Command, reader *mongostore.Reader, q mongostore.Query) error {
	progress := &cli.Progress{}
	if !cli.IsTerminal(cmd.OutOrStdout()) { // else the events are the progress
		progress = cli.NewProgress(cmd, -1, "reading")
	}
	defer progress.Done()
	var t table
	return eachPage(cmd.Context(), reader, q, func(events []event) error {
		progress.Add(len(events))
		if !cli.JSON(cmd) {
			return cli.PrintText(cmd, func(text *cli.Text) { t.write(text, events) })
		}
		for i := range events {
			if err := cli.PrintLine(cmd, &events[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func eachPage(ctx context.Context, reader *mongostore.Reader, q mongostore.Query, show func([]event) error) error {
	for {
		p, err := reader.Query(ctx, q)
		if err != nil {
			return err
		}
		events := make([]event, len(p.Events))
		for i, e := range p.Events {
			if events[i], err = newEvent(e); err != nil {
				return err
			}
		}
		if err := show(events); err != nil || p.Next == "" {
			return err
		}
		q.Cursor = p.Next
	}
}
