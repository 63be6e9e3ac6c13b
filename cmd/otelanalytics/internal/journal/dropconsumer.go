// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/datadir"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// dropped is the command's result.
type dropped struct {
	Dir      string `json:"dir"`
	Consumer string `json:"dropped"`
}

func newDropConsumer() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "drop-consumer DIR NAME",
		Short: "Forget a consumer that no service has any more",
		Long: `Forget a consumer that no service has any more. The command deletes the events that the journal in the data
directory DIR keeps for it alone. Events that wait for MongoDB or for another consumer stay.

Stop the service first: the command must have the directory to itself. If a service has a consumer of this name
again, it begins as a new one, with the events that MongoDB has not got yet. "journal inspect" lists the consumers.`,
		Example: `  otelanalytics journal drop-consumer /var/lib/shop/analytics sketches`,
		Args:    cli.Args(2, 2, "DIR and NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := datadir.One(args[0])
			if err != nil {
				return err
			}
			if err := eventstore.DropConsumer(dir, args[1]); err != nil {
				return err
			}
			r := dropped{dir, args[1]}
			return cli.Print(cmd, r, func(t *cli.Text) { t.Printf("%s: consumer %s is dropped\n", r.Dir, r.Consumer) })
		},
	}
	return cmd
}
