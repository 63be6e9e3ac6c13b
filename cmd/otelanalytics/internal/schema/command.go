// SPDX-License-Identifier: Apache-2.0

// Package schema holds the command that prints the JSON Schemas of the SDK's files.
package schema

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// schemas are those that there are, by the argument that names them.
func schemas() map[string]func() []byte {
	return map[string]func() []byte{"map": eventmap.Schema, "config": config.Schema, "collector": config.CollectorSchema}
}

// New returns the command schema.
func New() *cobra.Command {
	var out string
	known := []string{"map", "config", "collector"}
	cmd := &cobra.Command{
		Use:   "schema map|config|collector",
		Short: "Print the JSON Schema of event maps, or of configuration files",
		Long: `Print the JSON Schema (draft 2020-12) of event maps, of the SDK's configuration files, or of the configuration files
of otelanalytics collect. It is the schema of this version. Editors complete keys with it and mark mistakes, and
other tools validate with it.

A schema cannot express every rule of a map: otelanalytics validate checks them all.`,
		Example: `  otelanalytics schema map --out schemas/events.schema.json
  otelanalytics schema config --check --out schemas/config.schema.json`,
		Args:      cli.Args(1, 1, "map, config or collector, which schema to print,"),
		ValidArgs: known,
		RunE: func(cmd *cobra.Command, args []string) error {
			text, ok := schemas()[args[0]]
			if !ok {
				return cli.Usagef("there is no schema %q; known are %s", args[0], strings.Join(known, ", "))
			}
			if out == "-" {
				_, err := cmd.OutOrStdout().Write(text())
				return err
			}
			return cli.WriteFiles(cmd, []cli.File{{Path: out, Content: text()}})
		},
	}
	cmd.Flags().StringVar(&out, "out", "-", "`file` to write; - is the standard output")
	cli.AddCheckFlag(cmd)
	return cmd
}
