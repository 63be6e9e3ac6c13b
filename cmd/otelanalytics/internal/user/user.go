// SPDX-License-Identifier: Apache-2.0

package user

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// New returns the command user.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Answer requests of access and of deletion",
		Long: `Answer a user's requests: for access, for deletion, and for an end of tracking. docs/data-protection.md shows what
the commands cover, and what is left to do.`,
		Example: `  otelanalytics user export u-17 --out u-17.jsonl
  otelanalytics user delete u-17`,
	}
	cmd.AddCommand(newExport(), newDelete(), newUnsuppress())
	return cli.Group(cmd)
}

// about is the argument of the commands.
const about = "USER, the id of a user,"
