// SPDX-License-Identifier: Apache-2.0

package gocode

import (
	"go/token"
	"os"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// New returns the command generate go.
func New() *cobra.Command {
	var o options
	var out string
	cmd := &cobra.Command{
		Use:   "go MAP",
		Short: "Write typed Go for the events of a map",
		Long: `Write typed Go for the events of a map: a struct for each event, and a type with constants for each field whose
values the map lists. Its trackers' Track needs no look-up, no reflection and no allocation.

A program calls New of the generated package once, with a client or a module of it. New reports code that was made
from another map than the program's: as a warning in the log, or as an error when the client is strict. Code of a
version that the SDK no longer supports does not compile.

The package has the name of the package for which go generate runs, or else events.`,
		Example: `  otelanalytics generate go --package events --out events/events.go events.yaml
  otelanalytics generate go --check --out events/events.go events.yaml
  //go:generate otelanalytics generate go --out events_gen.go events.yaml`,
		Args:              cli.Args(1, 1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.pkg == "" {
				o.pkg = os.Getenv("GOPACKAGE")
			}
			if o.pkg == "" {
				o.pkg = "events"
			}
			if !token.IsIdentifier(o.pkg) || o.pkg == "_" {
				return cli.Usagef("--package %q is not the name of a Go package", o.pkg)
			}
			m, err := cli.LoadMap(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			o.source = cli.MapName(args[0])
			code, err := render(m, o)
			if err != nil {
				return err
			}
			if out == "-" {
				_, err := cmd.OutOrStdout().Write(code)
				return err
			}
			return cli.WriteFiles(cmd, []cli.File{{Path: out, Content: code}})
		},
	}
	cmd.Flags().StringVar(&o.pkg, "package", "", "`name` of the package")
	cmd.Flags().StringVar(&o.header, "header", "", "`text` of a comment above everything, such as a licence line")
	cmd.Flags().StringVar(&out, "out", "-", "`file` to write; - is the standard output")
	cli.AddCheckFlag(cmd)
	return cmd
}
