// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"cmp"
	"errors"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// New returns the command uniques.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "uniques",
		Short: "Show and rebuild the numbers of distinct users",
		Long: `Show the numbers of distinct users, sessions and values that the metrics of the instrument unique have, and rebuild
their sketches from the documents. docs/distinct-users.md explains them.`,
		Example: `  otelanalytics uniques show --map events.yaml
  otelanalytics uniques rebuild --map events.yaml --from 2026-11-01 --to 2026-11-03`,
	}
	cmd.AddCommand(newShow(), newRebuild())
	return cli.Group(cmd)
}

// keyHelp states what both commands need.
const keyHelp = `The command needs the event map (--map, or event_map of the configuration) and the key of the services (uniques_key
or uniques_key_collection). It ignores sketches of another key.`

// place is where the numbers are: the flags of the commands.
type place struct {
	deployment *connect.Flags
	mapFile    string
}

func addPlace(cmd *cobra.Command) *place {
	p := &place{deployment: connect.AddFlags(cmd)}
	cmd.Flags().StringVar(&p.mapFile, "map", "", "the event map, a `file`; by default the configuration's event_map")
	_ = cmd.RegisterFlagCompletionFunc("map", cli.CompleteMaps) // the flag exists
	return p
}

// counting is a counter over a deployment's sketches.
type counting struct {
	config  config.Config
	reader  *mongostore.Reader
	counter *uniques.Counter
}

func (p *place) open(cmd *cobra.Command) (*counting, error) {
	c, err := p.deployment.Load()
	if err != nil {
		return nil, err
	}
	path := cmp.Or(p.mapFile, c.EventMap)
	if path == "" {
		return nil, cli.Usagef("no event map is named; give --map FILE, or set event_map in the configuration")
	}
	m, err := cli.LoadMap(cmd.InOrStdin(), path)
	if err != nil {
		return nil, err
	}
	metrics := uniques.FromMap(m)
	if len(metrics) == 0 {
		return nil, cli.Usagef("the event map has no metric with instrument: unique that is enabled")
	}
	if !connect.HasUniquesKey(c) {
		return nil, errors.New("there is no key of distinct users; set OTELANALYTICS_UNIQUES_KEY or OTELANALYTICS_UNIQUES_KEY_COLLECTION, or uniques_key or uniques_key_collection in the file of --config, as the services have it")
	}
	reader, err := connect.Reader(c)
	if err != nil {
		return nil, err
	}
	conf := uniques.Config{
		Metrics: metrics, Records: reader.Records(), Documents: reader,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), // what is passed over is in the result
	}
	connect.UniquesKey(c, reader, &conf)
	counter, err := uniques.New(conf)
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	return &counting{c, reader, counter}, nil
}

// passedOver says in both results how many sketches could not be read.
func passedOver(t *cli.Text, damaged int64) {
	if damaged > 0 {
		t.Printf("%s %s of sketches skipped: damaged, or of another key; their users may be missing\n", t.Yellow("note:"), cli.Counted(damaged, "saved record"))
	}
}
