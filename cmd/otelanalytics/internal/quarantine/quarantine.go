// SPDX-License-Identifier: Apache-2.0

package quarantine

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// New returns the command quarantine.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quarantine",
		Short: "Look at the events that MongoDB refused, and put them back",
		Long: `Look at the events that MongoDB refused for good, and put them back once the reason is removed. They are in the file
quarantine.jsonl of a service's data directory; docs/metrics.md lists the reasons. With --sink, both commands use the file of a
sink beside the first one.`,
		Example: `  otelanalytics quarantine list /var/lib/shop/analytics
  otelanalytics quarantine replay --config otelanalytics.yaml`,
	}
	cmd.AddCommand(newList(), newReplay())
	return cli.Group(cmd)
}
