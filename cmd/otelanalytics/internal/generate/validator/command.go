// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

// command is what the flags say.
type command struct {
	out           string
	action, level string
}

// New returns the command generate validator.
func New() *cobra.Command {
	c := &command{}
	cmd := &cobra.Command{
		Use:   "validator MAP...",
		Short: "Write MongoDB's collection validator for a map",
		Long: `Write MongoDB's collection validator for a map: what a stored event must look like, checked by the server for whoever writes to
the collection. It has a branch for each event whose on_violation is quarantine or reject, after redaction. Documents of all other
types pass. Rules that MongoDB cannot express are listed on the standard error.

A collection has one validator: give the maps of all services that write to it.`,
		Example:           `  otelanalytics generate validator --out validator.json events.yaml`,
		Args:              cli.Args(1, -1, "MAP, the path of an event map,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE:              c.run,
	}
	cmd.Flags().StringVar(&c.out, "out", "-", "`file` to write; - is the standard output")
	cli.AddCheckFlag(cmd)
	return cmd
}

func (c *command) run(cmd *cobra.Command, args []string) error {
	v, err := c.validator(cmd, args)
	if err != nil {
		return err
	}
	page, err := page(v)
	if err != nil {
		return err
	}
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
	v, err := validator.New(maps[0], c.options(maps[1:])...)
	if err != nil {
		return nil, cli.Failedf("%v", err)
	}
	if len(v.Document()) == 0 {
		return nil, cli.Failedf("no event has on_violation: quarantine or reject, so that there is nothing to validate")
	}
	for _, u := range v.Unexpressed() {
		cmd.PrintErrf("left out: %s\n", cli.SafeLines(u.String()))
	}
	return v, nil
}

func (c *command) options(more []*eventmap.Map) []validator.Option {
	options := []validator.Option{validator.WithMaps(more...)}
	if c.action != "" {
		options = append(options, validator.WithAction(validator.Action(c.action)))
	}
	if c.level != "" {
		options = append(options, validator.WithLevel(validator.Level(c.level)))
	}
	return options
}

// page returns the validator as JSON that mongosh reads.
func page(v *validator.Validator) ([]byte, error) {
	page, err := bson.MarshalExtJSONIndent(v.Document(), false, false, "", "  ")
	return append(page, '\n'), err
}
