// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventfilter"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventstream"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// rebuilt is the result of the command rebuild.
type rebuilt struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Events   int64  `json:"events"`
	Sketches int64  `json:"sketches"`
}

func newRebuild() *cobra.Command {
	var p *place
	var span *eventfilter.Range
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Count the distinct users of a time again, from the documents",
		Long: `Count the distinct users, sessions and values of documents again, and save them in sketches. The documents are those
that were accepted (received_at) from --from on and before --to. Use the command for a metric that is new in the
map, for a new key, and for damaged sketches. Services rebuild by themselves what a process had not saved when it
ended.

Counted documents stay counted, and nothing counts twice. You can interrupt and repeat the command, and services may
run. Documents that no window of a metric reaches any more are left out. Without an index on received_at the server
looks at all documents.

` + keyHelp + `

` + connect.Help,
		Example: `  otelanalytics uniques rebuild --map events.yaml --from 31d --to 0m
  otelanalytics uniques rebuild --from 2026-11-01 --to 2026-11-03`,
		Args:              cli.Args(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	p, span = addPlace(cmd), eventfilter.AddRange(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := span.Check(); err != nil {
			return err
		}
		c, err := p.open(cmd)
		if err != nil {
			return err
		}
		defer c.reader.Close()
		r, err := c.rebuild(cmd, span)
		if err != nil {
			return err
		}
		return cli.Print(cmd, r, r.write)
	}
	return cmd
}

func (c *counting) rebuild(cmd *cobra.Command, span *eventfilter.Range) (*rebuilt, error) {
	ctx := cmd.Context()
	n, err := c.documents(ctx, span)
	if err != nil {
		return nil, err
	}
	r := &rebuilt{From: span.From().Format(eventfilter.Form), To: span.To().Format(eventfilter.Form)}
	progress := cli.NewProgress(cmd, n, "counting")
	defer progress.Done()
	err = c.counter.RebuildBetween(ctx, span.From(), span.To(), func() {
		r.Events++
		progress.Add(1)
	})
	r.Sketches = c.counter.Stats().Saved
	switch {
	case errors.Is(err, recordstore.ErrRefused):
		return nil, fmt.Errorf("%w; the account needs the rights to find, insert and delete in the two collections of sketches", err)
	case err != nil:
		return nil, fmt.Errorf("%w; %s counted, not all of them are saved; run the same command again", err, cli.Counted(r.Events, "event"))
	}
	return r, nil
}

// documents returns how many documents there are.
func (c *counting) documents(ctx context.Context, span *eventfilter.Range) (int64, error) {
	db, err := connect.MongoDB(ctx, c.config)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	documents := eventstream.Stream{DB: db, Field: eventdoc.FieldReceivedAt}
	return documents.Count(ctx, span.From().UnixMilli(), span.To().UnixMilli())
}

func (r *rebuilt) write(t *cli.Text) {
	t.Printf("%s, accepted from %s to %s, counted again and saved in %s\n", cli.Counted(r.Events, "event"), r.From, r.To, cli.Counted(r.Sketches, "record"))
}
