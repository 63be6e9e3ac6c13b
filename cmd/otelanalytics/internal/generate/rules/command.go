// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

const runbooks = "https://github.com/otelanalytics/otelanalytics-go/blob/main/docs/troubleshooting.md"

// New returns the command generate rules.
func New() *cobra.Command {
	o := options{journalBytes: defaultJournalBytes}
	var out, tests string
	cmd := &cobra.Command{
		Use:   "rules MAP",
		Short: "Write Prometheus rules for a map, and their tests",
		Long: `Write recording and alerting rules for Prometheus. There are alerts for:

- targets that are down, and events that stopped;
- requests and gRPC calls that fail, and events that are refused, also over HTTP;
- values that became other or were refused;
- journals that grow, MongoDB that is away, quarantine, lost events;
- a log between services and MongoDB that is not read in time;
- observers.

Each counter and each histogram of the map has a recording rule over all instances. Each alert names its section in
docs/troubleshooting.md.

With --tests there is a second file, for "promtool test rules". In it every alert fires on bad series, with the
labels and texts that it must have, and is silent on good series.

Give a selector when the Prometheus monitors more than this service. Every rule keeps job and the labels that the
selector names, and sums over instances. Without a selector, targets are known by the SDK's metrics of the last day,
so that a target which never came up is not missed.

Names are the exporter's default names, with the prefix of --namespace when OTELANALYTICS_PROMETHEUS_NAMESPACE is
set. Histograms are not native ones (OTELANALYTICS_PROMETHEUS_NATIVE_HISTOGRAMS), except exponential_histogram.

The file names the Prometheus that it needs: 2.26, or 2.51 with an exponential_histogram. With --prometheus, rules
that an older one does not read are left out, and named on the standard error.`,
		Example: `  otelanalytics generate rules --selector 'job="shop"' --out rules/shop.yml --tests tests/shop_test.yml events.yaml
  promtool check rules rules/shop.yml && promtool test rules tests/shop_test.yml
  otelanalytics generate rules --prometheus 2.42 --out rules/shop.yml events.yaml
  otelanalytics generate rules --quiet 30m --journal-max-bytes 4GiB events.yaml`,
		Args:              cli.Args(1, 1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			if tests == "-" || tests != "" && out == "-" {
				return cli.Usagef("--tests names the file of --out: give both a file")
			}
			if err := o.check(); err != nil {
				return err
			}
			m, err := cli.LoadMap(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			o.source = cli.MapName(args[0])
			k, err := newMaker(o)
			if err != nil && tests != "" {
				return cli.Usagef("--selector %q with --tests: %w", o.selector, err)
			}
			groups, left := k.readable(k.groupsOf(m))
			for _, text := range left {
				cmd.PrintErrf("left out: %s\n", text)
			}
			page, err := k.renderRules(groups)
			if err != nil {
				return err
			}
			if out == "-" {
				_, err := cmd.OutOrStdout().Write(page)
				return err
			}
			files := []cli.File{{Path: out, Content: page}}
			if tests != "" {
				path, err := between(tests, out)
				if err != nil {
					return err
				}
				page, err := k.renderTests(groups, path)
				if err != nil {
					return err
				}
				files = append(files, cli.File{Path: tests, Content: page})
			}
			return cli.WriteFiles(cmd, files)
		},
	}
	cmd.Flags().StringVar(&out, "out", "-", "`file` to write; - is the standard output")
	cmd.Flags().StringVar(&tests, "tests", "", "`file` to write with tests of the rules")
	cmd.Flags().StringVar(&o.selector, "selector", "", `conditions for the series of this service, up among them, such as 'job="shop"'`)
	cmd.Flags().StringVar(&o.namespace, "namespace", "", "`prefix` of all names, as in OTELANALYTICS_PROMETHEUS_NAMESPACE")
	cmd.Flags().DurationVar(&o.quiet, "quiet", time.Hour, "how `long` no event of a type that comes regularly may come: 10m to 6h")
	cmd.Flags().Float64Var(&o.errorRatio, "error-ratio", 0.05, "`part` of the requests that may fail, and of the events of a type that may be refused")
	cmd.Flags().DurationVar(&o.pendingAge, "pending-age", 10*time.Minute, "how `long` the oldest pending event may have waited")
	cmd.Flags().Var(&o.journalBytes, "journal-max-bytes", "bound of the journal, a `size` as journal.max_bytes of the configuration")
	cmd.Flags().Var(&o.prometheus, "prometheus", "`version` of the Prometheus that reads the rules, 2.26 or later; rules that need a later one are left out")
	cmd.Flags().StringVar(&o.runbooks, "runbooks", runbooks, "`URL` of a page with a section for each alert")
	cli.AddCheckFlag(cmd)
	return cmd
}

// between leads from the file at one path to the file at another, with slashes, as promtool reads it.
func between(from, to string) (string, error) {
	var paths [2]string
	for i, p := range []string{from, to} {
		absolute, err := filepath.Abs(p)
		if err != nil {
			return "", err
		}
		paths[i] = absolute
	}
	path, err := filepath.Rel(filepath.Dir(paths[0]), paths[1])
	return filepath.ToSlash(path), err
}
