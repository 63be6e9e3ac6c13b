// SPDX-License-Identifier: Apache-2.0

package user

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// unsuppressed is what the command unsuppress says.
type unsuppressed struct {
	Removed bool `json:"removed"` // the user was on the list
}

func newUnsuppress() *cobra.Command {
	var p *place
	cmd := &cobra.Command{
		Use:   "unsuppress USER",
		Short: "Take a user off the list of suppressed users",
		Long: `Take a user off the list of suppressed users, on which "user delete --suppress" puts users. Services track the user
again after they have read the list, which each does once a minute. Events that were refused meanwhile are not kept
anywhere.

The command needs the key of the list, which every service has: OTELANALYTICS_SUPPRESS_KEY, or suppress_key in the
file of --config.

` + connect.Help,
		Example:           `  otelanalytics user unsuppress u-17 --config otelanalytics.yaml`,
		Args:              cli.Args(1, 1, about),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == "" {
				return cli.Usagef("USER is empty; anonymous events belong to no user")
			}
			return unsuppress(cmd, p, args[0])
		},
	}
	p = addMongoDB(cmd)
	return cmd
}

func unsuppress(cmd *cobra.Command, p *place, userID string) error {
	if err := p.check(); err != nil {
		return err
	}
	c, err := p.deployment.Load()
	if err != nil {
		return err
	}
	if err := needSuppressKey(c); err != nil {
		return err
	}
	reader, err := connect.Reader(c)
	if err != nil {
		return err
	}
	defer reader.Close()
	ctx, cancel := p.within(cmd.Context())
	defer cancel()
	var r unsuppressed
	if r.Removed, err = reader.Unsuppress(ctx, userID); err != nil {
		return err
	}
	return cli.Print(cmd, r, r.write)
}

func (r *unsuppressed) write(t *cli.Text) {
	if !r.Removed {
		t.Printf("the user was not on the list of suppressed users\n")
		return
	}
	t.Printf("the user is off the list of suppressed users; every service tracks the user again within %v\n", eventstore.SuppressionStale)
}

// needSuppressKey refuses a configuration without the key of the list.
func needSuppressKey(c config.Config) error {
	if c.SuppressKey == "" {
		return cli.Usagef("the key of the list of suppressed users is missing; set OTELANALYTICS_SUPPRESS_KEY, or suppress_key in the file of --config, to the key of all services")
	}
	return nil
}
