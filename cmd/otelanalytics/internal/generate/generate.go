// SPDX-License-Identifier: Apache-2.0

// Package generate holds the command whose commands write files from an event map. Each has a package of its own below
// this one, and a line here.
package generate

import (
	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/dashboards"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/rules"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/tscode"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/validator"
)

// commands are the generators.
func commands() []*cobra.Command {
	return []*cobra.Command{
		gocode.New(),
		dashboards.New(),
		rules.New(),
		tscode.New(),
		validator.New(),
	}
}

// New returns the command generate.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "generate",
		Short:   "Generate files from an event map",
		Long:    "Generate files from an event map. The same map gives the same bytes, so that a test or a CI job can detect files that are out of date.",
		Example: "  otelanalytics generate go --package events --out events/events.go events.yaml",
	}
	cmd.AddCommand(commands()...)
	return cli.Group(cmd)
}
