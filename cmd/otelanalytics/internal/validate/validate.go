// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// New returns the command validate.
func New() *cobra.Command {
	return &cobra.Command{
		Use:   "validate MAP...",
		Short: "Check event maps, and show what they make in Prometheus",
		Long: `Check event maps. Every mistake is reported with its file, line and column, and with its correction.

For a map without mistakes, a table shows which event records into which metric. It has the name and the labels of
the metric in Prometheus, and how many series one process can have at most. The names are the exporter's default
names: without a namespace and with OpenTelemetry's suffixes.

The exit code is 1 when a map has mistakes, and 2 when a file cannot be read.`,
		Example: `  otelanalytics validate events.yaml
  otelanalytics validate services/*/events.yaml
  otelanalytics validate -o json events.yaml | jq '.maps[].mistakes'`,
		Args:              cli.Args(1, -1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := check(cmd.InOrStdin(), args)
			if printErr := cli.Print(cmd, r, r.write); printErr != nil {
				return printErr
			}
			if err != nil {
				return err
			}
			if n := r.mistakes(); n > 0 {
				return cli.Failedf("%s", cli.Counted(n, "mistake"))
			}
			return nil
		},
	}
}
