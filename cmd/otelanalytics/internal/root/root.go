// SPDX-License-Identifier: Apache-2.0

package root

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/backfill"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/catalogue"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/collect"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/deliver"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/diff"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/doctor"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/live"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/migrate"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/quarantine"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/query"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/reconcile"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/schema"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/summary"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/tail"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/uniques"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/user"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/validate"
)

// commands are all that there are. Help and docs/cli.md sort them.
func commands() []*cobra.Command {
	return []*cobra.Command{
		validate.New(),
		generate.New(),
		catalogue.New(),
		schema.New(),
		diff.New(),
		doctor.New(),
		deliver.New(),
		journal.New(),
		quarantine.New(),
		migrate.New(),
		backfill.New(),
		reconcile.New(),
		query.New(),
		summary.New(),
		tail.New(),
		live.New(),
		collect.New(),
		user.New(),
		infer.New(),
		uniques.New(),
	}
}

// New returns the command line.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "otelanalytics",
		Short: "Generate code, dashboards and rules from an event map, and maintain the SDK's data",
		Long: `otelanalytics generates code, dashboards and rules from an event map, and maintains the SDK's data.

Exit codes: 0 when the work was done and its answer is yes; 1 when its answer is no (mistakes in a map, a change that
breaks something, a check that failed); 2 when the work could not be done (wrong usage, an unreadable file, a server that
does not answer).

An event map with the name - is read from the standard input.

Results go to the standard output; errors and progress go to the standard error. Colours and progress are shown only on
terminals. NO_COLOR switches colours off.`,
		Example: `  otelanalytics validate events.yaml
  otelanalytics generate go --package events --out events/events.go events.yaml
  otelanalytics doctor --map events.yaml --metrics http://127.0.0.1:5001/metrics
  otelanalytics query --user u-17 --from 7d
  otelanalytics validate -o json events.yaml | jq '.maps[].series'
  git show main:events.yaml | otelanalytics diff - events.yaml`,
	}
	cli.AddOutputFlag(cmd)
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return cli.Usagef("%w", err) })
	cmd.AddCommand(commands()...)
	cmd.CompletionOptions.HiddenDefaultCmd = false
	cli.Group(cmd)
	addVersionFlag(cmd)
	return cmd
}
