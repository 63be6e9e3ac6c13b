// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// New returns the command generate dashboards.
func New() *cobra.Command {
	var o options
	var titles []string
	cmd := &cobra.Command{
		Use:   "dashboards MAP...",
		Short: "Write Grafana dashboards for event maps",
		Long: `Write Grafana dashboards for event maps, and the files by which Grafana finds them and Prometheus. Mount the result
at /etc/grafana/provisioning. The dashboards are:

- one for each group of the maps;
- one for the health of the service, which also has the metrics of the group "service";
- one for the way of events to MongoDB;
- with --ingest, one for events over HTTP;
- with --delivery, one for otelanalytics deliver and for sinks beside the first.

Panels suit the instrument: rates by attribute and shares for counters, averages and quantiles for histograms, the
last value for gauges. Their ids and the dashboards' uids do not change when the map grows, so that links to them
continue to work.

The command removes a dashboard whose group is no longer in the maps, if it made it with the same --uid-prefix. It
leaves your own dashboards alone. A file of another origin that is in the way is an error.`,
		Example: `  otelanalytics generate dashboards --out grafana/provisioning events.yaml
  otelanalytics generate dashboards --check --out grafana/provisioning events.yaml
  otelanalytics generate dashboards --title games="Game analytics" --range 7d --refresh 1m events.yaml
  otelanalytics generate dashboards --trace-datasource tempo --datasource-url https://prometheus.example.com events.yaml
  otelanalytics generate dashboards --namespace shop --native-histograms -o json events.yaml`,
		Args:              cli.Args(1, -1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(titles); err != nil {
				return err
			}
			var maps []*eventmap.Map
			var names []string
			for _, arg := range args {
				m, err := cli.LoadMap(cmd.InOrStdin(), arg)
				if err != nil {
					return err
				}
				maps, names = append(maps, m), append(names, cli.MapName(arg))
			}
			o.source = strings.Join(names, ", ")
			boards, err := o.boards(maps)
			if err != nil {
				return err
			}
			files, err := o.files(boards)
			if err != nil {
				return err
			}
			return cli.WriteFiles(cmd, files)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "grafana/provisioning", "`directory` to write dashboards and datasources into")
	f.StringArrayVar(&titles, "title", nil, "title of a group's dashboard, as `GROUP=TITLE`; can be repeated")
	f.StringVar(&o.refresh, "refresh", "30s", "`time` after which dashboards are drawn again, or off")
	f.StringVar(&o.span, "range", "1h", "`time` up to now that dashboards show at first")
	f.StringVar(&o.uidPrefix, "uid-prefix", "otelanalytics", "`text` that the dashboards' uids begin with; another one for each service that shares a Grafana")
	f.StringVar(&o.folder, "folder", "otelanalytics", "`name` of the folder in Grafana")
	f.StringVar(&o.naming.Namespace, "namespace", "", "`prefix` of the metrics' names, as in OTELANALYTICS_PROMETHEUS_NAMESPACE")
	f.BoolVar(&o.ingest, "ingest", false, "a dashboard for events over HTTP, for services with these endpoints")
	f.BoolVar(&o.delivery, "delivery", false, "a dashboard for a log between services and MongoDB, and for journals with several sinks")
	f.BoolVar(&o.naming.Native, "native-histograms", false, "every histogram is a native one, as with OTELANALYTICS_PROMETHEUS_NATIVE_HISTOGRAMS")
	f.StringVar(&o.datasource, "datasource-name", "Prometheus", "`name` of the data source")
	f.StringVar(&o.datasourceURL, "datasource-url", "http://prometheus:9090", "`URL` of Prometheus as Grafana reaches it; empty to write no data source")
	f.StringVar(&o.scrapeInterval, "scrape-interval", "15s", "`time` between two scrapes, of which Grafana makes the span of rates")
	f.StringVar(&o.traceSource, "trace-datasource", "", "`uid` of the data source that exemplars link to")
	f.StringVar(&o.traceURL, "trace-url", "", "`URL` that exemplars link to, with "+traceID+" for the trace's id")
	f.StringVar(&o.dashboardsPath, "dashboards-path", "/etc/grafana/provisioning/dashboards", "`directory` in which Grafana finds the dashboards")
	cli.AddCheckFlag(cmd)
	complete(cmd)
	return cmd
}

// complete completes the flags: directories, maps' files elsewhere than here would mislead.
func complete(cmd *cobra.Command) {
	fixed := func(flag string, values ...string) {
		// The flags exist: the error cannot happen.
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.MarkFlagDirname("out")
	fixed("refresh", "off", "10s", "30s", "1m", "5m")
	fixed("range", "15m", "1h", "6h", "24h", "7d", "30d")
	fixed("scrape-interval", "5s", "15s", "30s", "1m")
	for _, flag := range []string{"title", "uid-prefix", "folder", "namespace", "datasource-name", "datasource-url", "trace-datasource", "trace-url", "dashboards-path"} {
		fixed(flag)
	}
}

// boards returns the dashboards of maps.
func (o *options) boards(maps []*eventmap.Map) ([]board, error) {
	own := []string{serviceGroup, pipelineGroup}
	if o.ingest {
		own = append(own, ingestGroup)
	}
	if o.delivery {
		own = append(own, deliveryGroup)
	}
	groups, err := groupsOf(o.naming, maps, own...)
	if err != nil {
		return nil, err
	}
	var all []board
	slugs := make(map[string]string)
	for _, g := range groups {
		b := g.board(o.naming)
		if title, ok := o.titles[g.name]; ok {
			b.title = title
			delete(o.titles, g.name)
		}
		if other, ok := slugs[b.slug]; ok {
			return nil, cli.Failedf("the groups %q and %q would have one uid, %s: rename one of the two", other, g.name, b.uid(o))
		}
		slugs[b.slug] = g.name
		all = append(all, b)
	}
	for group := range o.titles {
		return nil, cli.Usagef("--title names the group %q, which the maps do not have", group)
	}
	return all, nil
}
