// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"errors"
	"fmt"
	"os"
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
	settings

	deployment *connect.Flags
}

// New returns the command backfill.
func New() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "backfill",
		Short: "Compute the past of a map's metrics from the documents",
		Long: `Compute the series that the live page would have shown in the past, from the documents in MongoDB. The command
writes files in the OpenMetrics format. "promtool tsdb create-blocks-from openmetrics" makes blocks of them. So a
metric that was declared today gets its past, and a wrong metric can be replaced.

- Counters, up_down_counters and histograms begin at zero with --from, or at the step before their first event.
- Gauges have the last value.
- Metrics of the instrument unique have the numbers of different values in the windows that end at each step. For
  them the command also reads the documents of the longest window before --from.
- Values, conditions, defaults, limits and max_series are as in one process that got the events in their order.
- Histograms are classic ones; an exponential_histogram has its count and its sum.
- Labels are the labels of the page and the labels of --label.

Events are read by timestamp, when they happened, or with --by received_at, when they were accepted. An index must
have that order, so that the server sorts nothing: --create-index makes it.

Each file has at most two hours, as long as a block of Prometheus. After a kill, an outage or Ctrl-C, the same
command continues where the last file ended. The files are the same as without the interruption. When the command
has finished and you run it again, it begins anew: for the same documents it writes the same bytes. Give --from and
--to as times, not as durations.

With --remote-write the samples are sent instead. A Prometheus refuses old samples unless its
out_of_order_time_window is long enough. The command asks Prometheus for it first, and then asks you.

Do not import samples that overlap with live samples of the same series: --prometheus ends the backfill before they
begin.

` + connect.Help,
		Example: `  otelanalytics backfill --map events.yaml --metric dutch_games_completed --from 2026-10-01 --to 2026-11-01 --out blocks/
  for f in blocks/*.om; do promtool tsdb create-blocks-from openmetrics "$f" /var/lib/prometheus; done
  otelanalytics backfill --map events.yaml --from 2026-10-01 --to 2026-11-01 --out blocks/ --label job=shop --label instance=backfill --verify
  otelanalytics backfill --map events.yaml --from 2026-11-01 --to 2026-11-27 --out blocks/ --prometheus http://127.0.0.1:9090
  otelanalytics backfill --map events.yaml --from 2026-11-20 --to 2026-11-27 --out state/ --remote-write http://127.0.0.1:9090/api/v1/write`,
		Args:              cli.Args(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.deployment = connect.AddFlags(cmd)
	c.span = eventfilter.AddRange(cmd)
	set := cmd.Flags()
	set.StringVar(&c.mapFile, "map", "", "the event map, a `file`")
	set.StringArrayVar(&c.metrics, "metric", nil, "the `name` of a metric of the map; may be given several times; all by default")
	set.DurationVar(&c.step, "step", time.Minute, "the `duration` between samples, such as the scrape interval")
	set.StringVar(&c.by, "by", eventdoc.FieldTime, "the `time` of an event: timestamp or received_at")
	set.StringVar(&c.out, "out", "", "the `directory` for the files and the progress")
	set.StringArrayVar(&c.labelFlags, "label", nil, "a label that all series have, as `NAME=VALUE`, such as job=shop; may be given several times")
	set.StringVar(&c.namespace, "namespace", "", "the `prefix` of names, where the exporter has one")
	set.BoolVar(&c.createIndex, "create-index", false, "make the index that is needed, if there is none")
	set.BoolVar(&c.verify, "verify", false, "read each file back, and compare it with the computed samples")
	set.StringVar(&c.remoteWrite, "remote-write", "", "send samples to this `URL` by Prometheus' remote write, and make no files")
	set.StringVar(&c.prometheus, "prometheus", "", "the `URL` of the Prometheus with the live series: end before they begin")
	set.BoolVar(&c.yes, "yes", false, "with --remote-write: do not ask")
	for _, name := range []string{"metric", "step", "label", "namespace", "remote-write", "prometheus"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flag exists
	}
	_ = cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions([]string{eventdoc.FieldTime, eventdoc.FieldReceivedAt}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("map", cli.CompleteMaps)
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

func (c *command) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	if err := c.check(); err != nil {
		return err
	}
	m, err := cli.LoadMap(cmd.InOrStdin(), c.mapFile)
	if err != nil {
		return err
	}
	chosen, err := c.choose(m)
	if err != nil {
		return err
	}
	r := &report{Out: c.out, Excluded: append([]excluded{}, chosen.excluded...), Metrics: []string{}}
	for _, metric := range chosen.metrics {
		r.Metrics = append(r.Metrics, metric.Name)
	}
	g := grid{c.span.From().UnixMilli(), c.span.To().UnixMilli(), c.step.Milliseconds()}
	if g.from%1000 != 0 || g.from < 0 {
		return cli.Usagef("--from must be a whole second after 1970: samples that are older are not taken")
	}
	if c.prometheus != "" {
		if err := c.endBeforeLive(ctx, chosen, &g, r); err != nil {
			return err
		}
	}
	s, err := eventstream.Open(ctx, c.deployment, c.by, c.createIndex)
	if err != nil {
		return err
	}
	defer s.Close()
	s.Types, s.Users = chosen.types, len(chosen.unique()) > 0
	if err := os.MkdirAll(c.out, 0o755); err != nil {
		return err
	}
	var to target = &files{c.out, c.verify}
	p := plan{
		Map: m.Hash(), Collection: s.DB.Database.Name() + "." + s.DB.Collection.Name(), Metrics: r.Metrics, By: c.by,
		From: g.from, To: g.to, Step: g.step, Labels: c.labels, Namespace: c.namespace, Target: "files",
	}
	if c.remoteWrite != "" {
		u, err := promapi.Parse("remote-write", c.remoteWrite)
		if err != nil {
			return err
		}
		if err := mayWrite(cmd, u, c.span.From(), c.yes); err != nil {
			return err
		}
		to, p.Target, r.remote = newRemote(u), promapi.Shown(u), promapi.Shown(u)
	}
	state, err := loadState(c.out, p)
	if err != nil {
		return err
	}
	return c.backfill(cmd, m, chosen, g, state, s, to, r)
}

// backfill evaluates, and prints the report.
func (c *command) backfill(cmd *cobra.Command, m *eventmap.Map, chosen choice, g grid, begun state, s *eventstream.Stream, to target, r *report) error {
	ctx := cmd.Context()
	b, err := newRun(m, chosen, &c.settings, g, begun)
	if err != nil {
		return err
	}
	first := g.at(max(begun.Next-1, 0))
	total, err := s.Count(ctx, first, g.at(g.steps()-1))
	if err != nil {
		return err
	}
	if b.past != nil {
		earlier := *s
		earlier.Types, b.past.stream = chosen.counted, &earlier
		if b.begin, err = b.past.begin(ctx, first); err != nil {
			return err
		}
		if b.begin < first {
			n, err := earlier.Count(ctx, b.begin, first)
			if err != nil {
				return err
			}
			total += n
		}
	}
	b.stream, b.target, b.progress = s, to, cli.NewProgress(cmd, total, "evaluating")
	err = b.do(ctx)
	b.progress.Done()
	if err != nil && (ctx.Err() != nil || errors.Is(err, context.Canceled)) {
		return errors.New("interrupted; run the same command again for the rest")
	}
	if err != nil {
		return fmt.Errorf("%w\nrun the same command again for the rest", err)
	}
	r.From, r.To = time.UnixMilli(g.from).UTC(), time.UnixMilli(g.at(g.steps()-1)).UTC()
	r.tally, r.Files = b.state.Tally, append([]string{}, b.state.Files...)
	for _, f := range b.families {
		r.Series += len(f.series)
	}
	return cli.Print(cmd, r, r.write)
}

// endBeforeLive moves the end before the first live sample.
func (c *command) endBeforeLive(ctx context.Context, chosen choice, g *grid, r *report) error {
	u, err := promapi.Parse("prometheus", c.prometheus)
	if err != nil {
		return err
	}
	var names []string
	for _, metric := range chosen.metrics {
		names = append(names, c.pageName(metric))
	}
	first, err := firstLive(ctx, u, names, c.span.From(), c.span.To())
	if err != nil || first.IsZero() {
		return err
	}
	live := first.UTC()
	r.Live = &live
	g.to = min(g.to, first.UnixMilli()-1)
	if g.to < g.from {
		return cli.Failedf("Prometheus has live samples of these metrics from %s on, and --from is not earlier; nothing is left to compute", live.Format(time.RFC3339))
	}
	return nil
}
