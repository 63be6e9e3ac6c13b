// SPDX-License-Identifier: Apache-2.0

package tscode

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// New returns the command generate ts.
func New() *cobra.Command {
	var o options
	var out, clientName string
	var types []string
	cmd := &cobra.Command{
		Use:   "ts MAP",
		Short: "Write typed TypeScript for the events that a source may send",
		Long: `Write typed TypeScript for the events that a source, such as a web page, may send. It has a function for each event,
which calls the client of the source. Required fields are required, values of a list are a union of literals, and
ranges are in the comments.

--types names the events: names of the map, or patterns such as "order_*". The file has nothing about other events,
since everything that a web page loads is public. A description or note that names another event is left out, and
listed on the standard error.

A pattern of a field with another meaning in ECMAScript is an error.`,
		Example: `  otelanalytics generate ts --source web --types 'login,order_*' --client segment-browser --out src/events.ts events.yaml
  otelanalytics generate ts --source jobs --types '*' --client posthog-node --check --out src/events.ts events.yaml`,
		Args:              cli.Args(1, 1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			known := false
			switch o.client, known = clientOf(clientName); {
			case strings.TrimSpace(o.source) == "":
				return cli.Usagef("--source is missing: name the sender of the events, such as web")
			case len(types) == 0:
				return cli.Usagef("--types is missing: name the events that the source may send, or give '*' for all")
			case !known:
				return cli.Usagef("--client %q is not known; give %s", clientName, strings.Join(clientNames(), ", "))
			}
			m, err := cli.LoadMap(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			md, err := newModel(m, types)
			if err != nil {
				return err
			}
			o.file = cli.MapName(args[0])
			code := render(md, o)
			for _, left := range md.left {
				cmd.PrintErrf("left out: %s\n", cli.SafeLines(left))
			}
			if out == "-" {
				_, err := cmd.OutOrStdout().Write(code)
				return err
			}
			return cli.WriteFiles(cmd, []cli.File{{Path: out, Content: code}})
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.source, "source", "", "`name` of the sender of the events, for the first line of the file")
	f.StringSliceVar(&types, "types", nil, "the events that the source may send: `names` or patterns such as order_*, with commas between")
	f.StringVar(&clientName, "client", "", "the source's `client`: "+strings.Join(clientNames(), ", "))
	f.StringVar(&out, "out", "-", "`file` to write; - is the standard output")
	// The flag exists: the error cannot happen.
	_ = cmd.RegisterFlagCompletionFunc("client", cobra.FixedCompletions(clientNames(), cobra.ShellCompDirectiveNoFileComp))
	cli.AddCheckFlag(cmd)
	return cmd
}
