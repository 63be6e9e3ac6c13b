// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventfilter"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/eventstream"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// command is the command with its flags.
type command struct {
	deployment  *connect.Flags
	mapFiles    []string
	prometheus  string
	span        *eventfilter.Range
	metrics     []string
	selector    string
	namespace   string
	prefix      string // of names, by namespace
	createIndex bool
	textfile    string
	deleted     int64
}

// New returns the command reconcile.
func New() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "Compare a map's metrics in Prometheus with the documents",
		Long: `Compare Prometheus with the documents in MongoDB, over a range of time, for each counter, and for the count and the
sum of each histogram. The documents give the numbers that the events of the range record.

Prometheus is asked for raw samples, so that nothing is extrapolated and every reset is seen. Processes are told
apart by target_info (service_instance_id) and otelanalytics_start_seconds. Within the life of a process, a series
must have grown as the documents between its first and its last scrape record, by received_at and to the unit.
Metrics follow the journal, and documents have milliseconds: where a scrape falls between two events, both are
right.

The command explains a difference where it can:

- events before the first scrape and behind the last one, such as the events of a process that was killed;
- targets that were down or never scraped;
- accepted events without a document, by type and as far as the page counts them: deduplicated, quarantined,
  suppressed, lost, pending;
- documents that the TTL of the collection has removed since, and the number of --deleted;
- max_series;
- a part of the events that is stored (sample_rate): the documents are then an estimate with a standard error. It
  explains four standard errors, and two documents besides.

The rest is unexplained: the exit code is then 1, and the series and the process are named.

Attributes with a limit are summed over: which of their values became other depends on the order at one process. The
command lists metrics that cannot be proven: gauges, up_down_counters, and numbers without documents (Record, store:
false, observers).

` + connect.Help,
		Example: `  otelanalytics reconcile --map events.yaml --prometheus http://127.0.0.1:9090 --from 1h --to 1m
  otelanalytics reconcile --map events.yaml --prometheus http://127.0.0.1:9090 --selector 'job="shop"' --from 2026-11-26 --to 2026-11-27 -o json
  otelanalytics reconcile --map events.yaml --map old-events.yaml --prometheus http://127.0.0.1:9090 --metric user_logins --from 7d --to 1m`,
		Args:              cli.Args(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.deployment = connect.AddFlags(cmd)
	c.span = eventfilter.AddRange(cmd)
	set := cmd.Flags()
	set.StringArrayVar(&c.mapFiles, "map", nil, "the event map, a `file`; once for each map that services had in the range, the latest first")
	set.StringVar(&c.prometheus, "prometheus", "", "the `URL` of Prometheus")
	set.StringArrayVar(&c.metrics, "metric", nil, "the `name` of a metric of the map; may be given several times; all by default")
	set.StringVar(&c.selector, "selector", "", "the `labels` of the service's series, such as job=\"shop\"")
	set.StringVar(&c.namespace, "namespace", "", "the `prefix` of names, where the exporter has one")
	set.BoolVar(&c.createIndex, "create-index", false, "make the required index on received_at, if it is missing")
	set.StringVar(&c.textfile, "textfile", "", "write the result to this `file`, too, for the textfile collector of node_exporter")
	set.Int64Var(&c.deleted, "deleted", 0, "the `number` of documents of the range that somebody deleted, such as with \"otelanalytics user delete\": it explains as many missing ones")
	for _, name := range []string{"prometheus", "metric", "selector", "namespace", "deleted"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flag exists
	}
	_ = cmd.RegisterFlagCompletionFunc("map", cli.CompleteMaps)
	return cmd
}

// loadMaps reads the maps of --map, the latest first, and by their hashes.
func (c *command) loadMaps(cmd *cobra.Command) (list []*eventmap.Map, all map[string]*eventmap.Map, err error) {
	all = map[string]*eventmap.Map{}
	for _, path := range c.mapFiles {
		m, err := cli.LoadMap(cmd.InOrStdin(), path)
		if err != nil {
			return nil, nil, err
		}
		if _, twice := all[m.Hash()]; !twice {
			all[m.Hash()] = m
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		return nil, nil, cli.Usagef("--map is missing; name the event map")
	}
	return list, all, nil
}

func (c *command) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	if err := c.span.Check(); err != nil {
		return err
	}
	var err error
	if c.prefix, err = promapi.Prefix(c.namespace); err != nil {
		return err
	}
	if c.prometheus == "" {
		return cli.Usagef("--prometheus is missing; name the server, such as http://127.0.0.1:9090")
	}
	base, err := promapi.Parse("prometheus", c.prometheus)
	if err != nil {
		return err
	}
	list, all, err := c.loadMaps(cmd)
	if err != nil {
		return err
	}
	chosen, unproven, err := c.choose(list)
	if err != nil {
		return err
	}
	stream, err := eventstream.Open(ctx, c.deployment, eventdoc.FieldReceivedAt, c.createIndex)
	if err != nil {
		return err
	}
	defer stream.Close()
	s := &server{url: base, selector: c.selector, from: c.span.From(), to: c.span.To(), prefix: c.prefix}
	d := &documents{
		maps: all, byDefault: list[0], prefix: s.prefix, metrics: chosen, unscraped: map[string]*evidence{}, deleted: float64(c.deleted),
	}
	if err := s.read(ctx, d); err != nil {
		return err
	}
	if d.cutoff, err = cutoff(ctx, stream.DB); err != nil {
		return err
	}
	from, to := s.from.UnixMilli(), s.to.UnixMilli()
	total, err := stream.Count(ctx, from, to)
	if err != nil {
		return err
	}
	progress := cli.NewProgress(cmd, total, "evaluating")
	err = d.evaluate(ctx, stream, from, to, progress)
	progress.Done()
	if err != nil {
		return err
	}
	r := &report{
		From: s.from, To: s.to, Rows: compare(d), NotProvable: unproven, Processes: d.processes(),
		Documents: d.events, MetricsOff: d.off, OtherMaps: d.otherMaps,
	}
	r.count()
	if c.textfile != "" {
		if err := r.writeTextfile(c.textfile, time.Now()); err != nil {
			return err
		}
	}
	if err := cli.Print(cmd, r, r.write); err != nil {
		return err
	}
	if r.Differences.Series > 0 {
		return cli.Failedf("%d series with a difference that nothing explains", r.Differences.Series)
	}
	return nil
}

// errNoProcess says that Prometheus has not seen the service.
var errNoProcess = errors.New("no target_info with service_instance_id is in Prometheus in the range: look at --selector, --from and --to, and whether the exporter has target_info")

// read asks Prometheus for everything.
func (s *server) read(ctx context.Context, d *documents) (err error) {
	if d.lives, err = s.lives(ctx); err != nil {
		return err
	}
	if len(d.lives) == 0 {
		return errNoProcess
	}
	for _, m := range d.metrics {
		if err := s.readGrowth(ctx, d.lives, m); err != nil {
			return err
		}
	}
	return s.readOwn(ctx, d.lives)
}

// processes returns the lives for the report.
func (d *documents) processes() []process {
	all := make([]process, 0, len(d.lives))
	for _, l := range d.lives {
		p := process{
			Job: l.job, Instance: l.instance, InstanceID: l.id, FirstSeen: time.UnixMilli(l.first).UTC(), LastSeen: time.UnixMilli(l.last).UTC(),
			Ended: l.ended, Slack: float64(l.delay+slack) / 1000,
		}
		if l.start != 0 {
			started := time.UnixMilli(l.start).UTC()
			p.Started = &started
		}
		all = append(all, p)
	}
	return all
}
