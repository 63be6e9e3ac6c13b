// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

// command is what the flags say.
type command struct {
	deployment            *connect.Flags
	out                   string
	apply, remove, dryRun bool
	replace               bool
	action, level         string
}

// New returns the command generate validator.
func New() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "validator [MAP...]",
		Short: "Write MongoDB's collection validator for a map, or put it into effect",
		Long: `Write MongoDB's collection validator for a map. With it, the server checks the form of each stored event, whoever
writes to the collection. It has a branch for each event whose on_violation is quarantine or reject, after
redaction. Documents of all other types pass. Rules that MongoDB cannot express are listed on the standard error.

A collection has one validator: give the maps of all services that write to it.

- --apply puts the validator into effect with the command collMod, or creates the collection with it. Then it checks
  that the server has it.
- By default, MongoDB logs a document that does not pass and stores it (--action warn). It checks inserts, and
  updates of documents that passed before (--level moderate).
- A validator of the same kind that is there keeps its action and level. One that was not made from an event map is
  replaced only with --replace.
- --remove removes the validator.
- --dry-run shows what --apply or --remove would do.

The account needs the role dbAdmin.

` + connect.Help,
		Example: `  otelanalytics generate validator --out validator.json events.yaml
  otelanalytics generate validator --apply --dry-run events.yaml
  otelanalytics generate validator --apply --action error events.yaml
  otelanalytics generate validator --remove`,
		Args:              cli.Args(0, -1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.check(cmd, args); err != nil {
				return err
			}
			switch {
			case c.remove:
				return c.runRemove(cmd)
			case c.apply:
				return c.runApply(cmd, args)
			default:
				return c.write(cmd, args)
			}
		},
	}
	c.deployment = connect.AddFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&c.out, "out", "-", "`file` to write; - is the standard output")
	f.BoolVar(&c.apply, "apply", false, "put the validator into effect")
	f.BoolVar(&c.remove, "remove", false, "remove the validator from the collection")
	f.BoolVar(&c.dryRun, "dry-run", false, "with --apply or --remove: change nothing, and show the change")
	f.BoolVar(&c.replace, "replace", false, "with --apply or --remove: also replace or remove a validator that was not made from an event map")
	f.StringVar(&c.action, "action", "", "with --apply: the server's action for a document that does not pass: `warn` or error")
	f.StringVar(&c.level, "level", "", "with --apply: which writes the server checks: `moderate` or strict")
	// The flags exist: the errors cannot happen.
	_ = cmd.RegisterFlagCompletionFunc("action", cobra.FixedCompletions([]string{string(validator.Warn), string(validator.Error)}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("level", cobra.FixedCompletions([]string{string(validator.Moderate), string(validator.Strict)}, cobra.ShellCompDirectiveNoFileComp))
	cli.AddCheckFlag(cmd)
	return cmd
}

// check finds flags that do not go together.
func (c *command) check(cmd *cobra.Command, args []string) error {
	given := func(names ...string) string {
		for _, name := range names {
			if cmd.Flags().Changed(name) {
				return name
			}
		}
		return ""
	}
	switch {
	case c.apply && c.remove:
		return cli.Usagef("--apply and --remove: give one of them")
	case c.remove && len(args) > 0:
		return cli.Usagef("--remove takes no map: it takes the whole validator off")
	case !c.remove && len(args) == 0:
		return cli.Usagef("MAP, the path of an event map, is missing")
	case c.remove && given("action", "level") != "":
		return cli.Usagef("--%s goes with --apply", given("action", "level"))
	case (c.apply || c.remove) && given("out", "check") != "":
		return cli.Usagef("--%s is for writing a file: leave it out with --apply and --remove", given("out", "check"))
	case !c.apply && !c.remove && given("dry-run", "replace", "action", "level", "config", "uri", "database", "collection") != "":
		return cli.Usagef("--%s needs --apply or --remove", given("dry-run", "replace", "action", "level", "config", "uri", "database", "collection"))
	case c.action != "" && c.action != string(validator.Warn) && c.action != string(validator.Error):
		return cli.Usagef("--action %q is not known; give warn or error", c.action)
	case c.level != "" && c.level != string(validator.Moderate) && c.level != string(validator.Strict):
		return cli.Usagef("--level %q is not known; give moderate or strict", c.level)
	}
	return nil
}

// write writes the validator.
func (c *command) write(cmd *cobra.Command, paths []string) error {
	v, err := c.validator(cmd, paths)
	if err != nil {
		return err
	}
	page, err := bson.MarshalExtJSONIndent(v.Document(), false, false, "", "  ")
	if err != nil {
		return err
	}
	page = append(page, '\n')
	if c.out == "-" {
		_, err := cmd.OutOrStdout().Write(page)
		return err
	}
	return cli.WriteFiles(cmd, []cli.File{{Path: c.out, Content: page}})
}

// validator makes the validator of the maps at these paths, and lists what it lacks.
func (c *command) validator(cmd *cobra.Command, paths []string) (*validator.Validator, error) {
	var maps []*eventmap.Map
	for _, path := range paths {
		m, err := cli.LoadMap(cmd.InOrStdin(), path)
		if err != nil {
			return nil, err
		}
		maps = append(maps, m)
	}
	options := []validator.Option{validator.WithMaps(maps[1:]...)}
	if c.action != "" {
		options = append(options, validator.WithAction(validator.Action(c.action)))
	}
	if c.level != "" {
		options = append(options, validator.WithLevel(validator.Level(c.level)))
	}
	if c.replace {
		options = append(options, validator.WithReplace())
	}
	v, err := validator.New(maps[0], options...)
	if err != nil {
		return nil, cli.Failedf("%v", err)
	}
	if len(v.Document()) == 0 {
		const none = "no event has on_violation: quarantine or reject, so that there is nothing to validate"
		if c.apply {
			return nil, cli.Failedf("%s; the collection's validator is unchanged: if it has one from an earlier map, take that off with --remove", none)
		}
		return nil, cli.Failedf(none)
	}
	for _, u := range v.Unexpressed() {
		cmd.PrintErrf("left out: %s\n", cli.SafeLines(u.String()))
	}
	return v, nil
}
