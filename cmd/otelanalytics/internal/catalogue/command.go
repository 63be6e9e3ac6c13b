// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// New returns the command catalogue.
func New() *cobra.Command {
	var title, out string
	format := formatMarkdown
	cmd := &cobra.Command{
		Use:   "catalogue MAP",
		Short: "Write a page about the events of a map, as Markdown or HTML",
		Long: `Write a page about the events of a map. For each event it has the meaning, the fields, the metrics, the Go code that
tracks it, and the PromQL for its numbers. The page is for everybody who wants to know which events there are,
without reading the map.

With --format html the page is one file that needs no other and loads nothing. You can search it, print it, send it
by mail or put it on any web server.`,
		Example: `  otelanalytics catalogue --out docs/events.md events.yaml
  otelanalytics catalogue --check --out docs/events.md events.yaml
  otelanalytics catalogue --title "What the shop tracks" events.yaml
  otelanalytics catalogue --format html --out events.html events.yaml`,
		Args:              cli.Args(1, 1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := cli.LoadMap(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			source := cli.MapName(args[0])
			page, err := format.page(newDocument(m, title, source), source)
			if err != nil {
				return err
			}
			if out == "-" {
				_, err := cmd.OutOrStdout().Write(page)
				return err
			}
			return cli.WriteFiles(cmd, []cli.File{{Path: out, Content: page}})
		},
	}
	cmd.Flags().StringVar(&title, "title", "Events", "`text` of the first heading")
	cmd.Flags().Var(&format, "format", "format of the page: markdown or html")
	// The flag exists: the error cannot happen.
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{string(formatMarkdown), string(formatHTML)}, cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&out, "out", "-", "`file` to write; - is the standard output")
	cli.AddCheckFlag(cmd)
	return cmd
}
