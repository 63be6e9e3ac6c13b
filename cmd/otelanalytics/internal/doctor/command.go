// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
)

// New returns the command doctor.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check a running deployment from end to end, and show what to fix",
		Long: `Check a running deployment from end to end: configuration, event map, data directory, MongoDB with its indexes and
documents, the metrics page, and whether Prometheus has it. Each finding comes with its fix. The command changes
nothing, and all checks run. A check that needs the result of another one is skipped without it.

` + connect.Help + `

Run it where the service runs, with the service's environment: it looks at the data directory, and at the process
that has it. Elsewhere leave those checks out, with --skip data_directory.

    configuration      the file and the variables have no mistakes
    map                the event map has no mistakes
    data_directory     it is there, its owner can use it, and nobody else can look into it
    journal            its files have no damage
    journal_open       a service has it open
    disk_space         it can grow to its bound
    pending            events do not wait long for MongoDB
    sinks              nor for the sinks beside the first
    quarantine         MongoDB refused no event
    mongodb            it answers
    mongodb_server     which server it is, and what its acknowledgement means
    indexes            the indexes that queries need, and the one of the TTL
    suppression        the list of suppressed users can be read, with the key of the services
    uniques            the sketches of distinct users can be read, with the key of the services
    metrics            the page can be fetched
    metrics_sdk        the SDK's own metrics are on it
    metrics_map        the map's metrics are on it, with types, labels and values
    metrics_sum        accepted + recovered = stored + deduplicated + pending + quarantined + suppressed + lost
    errors             no attempt to store fails, no event is rejected
    values             every field and value is as the map declares it
    ingest             events over HTTP that were refused, by source and reason
    log                otelanalytics deliver reads its log in time, before the log removes events
    documents          a service with this map stored the latest ones
    readiness          the answer of --ready
    prometheus         it answers
    prometheus_target  it scrapes the page, and did so lately
    prometheus_once    it does not scrape the same process twice
    prometheus_values  it has the values of the page

The command reads the page twice, a second apart, where numbers must stand still or add up. The exit code is 1 when
a check failed, and with --strict also when a check warned.`,
		Example: `  otelanalytics doctor --config otelanalytics.yaml --map events.yaml --metrics http://127.0.0.1:5001/metrics
  otelanalytics doctor --map events.yaml --prometheus http://127.0.0.1:9090 --ready http://127.0.0.1:5001/readyz
  otelanalytics doctor --skip data_directory -o json | jq '.checks[] | select(.status == "failed")'`,
		Args: cli.Args(0, 0, "no arguments, only flags"),
	}
	var s settings
	s.flags = connect.AddFlags(cmd)
	s.flags.AddDataDir(cmd)
	set := cmd.Flags()
	set.StringVar(&s.mapPath, "map", "", "the event map, a `file`; by default the configuration's event_map")
	set.StringVar(&s.metrics, "metrics", "", "the `URL` of the metrics page; by default at OTEL_EXPORTER_PROMETHEUS_HOST and _PORT, http://localhost:9464/metrics")
	set.StringVar(&s.namespace, "namespace", "", "the `prefix` of all names on the page; by default OTELANALYTICS_PROMETHEUS_NAMESPACE")
	set.StringVar(&s.ready, "ready", "", "the `URL` of the readiness handler, such as http://127.0.0.1:5001/readyz")
	set.StringVar(&s.prometheus, "prometheus", "", "the `URL` of a Prometheus server, such as http://127.0.0.1:9090")
	set.DurationVar(&s.timeout, "timeout", 10*time.Second, "how long each check may take")
	set.DurationVar(&s.maxPendingAge, "max-pending-age", time.Minute, "how long the oldest event may wait for MongoDB")
	set.StringSliceVar(&s.skip, "skip", nil, "`checks` to leave out, with all checks that need them")
	set.BoolVar(&s.strict, "strict", false, "also exit with 1 when a check warned")
	complete(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := s.check(); err != nil {
			return err
		}
		d := &deployment{settings: s, in: cmd.InOrStdin()}
		defer d.close()
		r, err := examine(cmd, d, checks())
		if err != nil {
			return err
		}
		if err := cli.Print(cmd, r, r.write); err != nil {
			return err
		}
		if r.Failed > 0 || s.strict && r.Warnings > 0 {
			return cli.Failedf("%s, %s", cli.Counted(int64(r.Failed), "failure"), cli.Counted(int64(r.Warnings), "warning"))
		}
		return nil
	}
	return cmd
}

// complete has the shell complete the flags. They exist: the errors cannot happen.
func complete(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("map", cli.CompleteMaps)
	_ = cmd.RegisterFlagCompletionFunc("skip", cobra.FixedCompletions(names(), cobra.ShellCompDirectiveNoFileComp))
	for _, name := range []string{"metrics", "namespace", "ready", "prometheus", "timeout", "max-pending-age"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
}

func names() []string {
	var all []string
	for _, c := range checks() {
		all = append(all, c.name)
	}
	return all
}

// check looks for mistakes in the flags, and fills in what the environment says.
func (s *settings) check() error {
	for _, name := range s.skip {
		if !slices.Contains(names(), name) {
			return cli.Usagef("--skip: there is no check %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	if s.timeout <= 0 {
		return cli.Usagef("--timeout is %v; it must be above 0", s.timeout)
	}
	if s.namespace == "" {
		s.namespace = variable("OTELANALYTICS_PROMETHEUS_NAMESPACE")
	}
	if s.metrics == "" {
		s.metrics = defaultPage(variable("OTEL_EXPORTER_PROMETHEUS_HOST"), variable("OTEL_EXPORTER_PROMETHEUS_PORT"))
	}
	for _, u := range []struct{ flag, value string }{{"metrics", s.metrics}, {"ready", s.ready}, {"prometheus", s.prometheus}} {
		if u.value == "" {
			continue
		}
		if _, err := parseURL(u.value); err != nil {
			return cli.Usagef("--%s: %w", u.flag, err)
		}
	}
	return nil
}

// variable returns a variable of the environment, as telemetry.Setup reads it.
func variable(name string) string { return strings.TrimRight(os.Getenv(name), "\r\n") }

// defaultPage is where the SDK's standalone server has the page.
func defaultPage(host, port string) string {
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	if port == "" || port == "0" {
		port = "9464"
	}
	return fmt.Sprintf("http://%s/metrics", net.JoinHostPort(host, port))
}
