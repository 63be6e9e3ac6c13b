// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/uniques"
)

// shown is the result of the command show.
type shown struct {
	Numbers []number `json:"numbers"`
	// PassedOver is how many sketches could not be read.
	PassedOver int64 `json:"passed_over"`
}

type number struct {
	Metric     string            `json:"metric"`
	Attributes map[string]string `json:"attributes"` // the window is among them
	Value      uint64            `json:"value"`
	// Error is by how much the value is wrong at most: always when Exact, and else in 95 of 100 cases.
	Error uint64 `json:"error"`
	Exact bool   `json:"exact"`

	text string // the attributes
}

func newShow() *cobra.Command {
	var p *place
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show how many distinct users there are, with the error of each number",
		Long: `Show the numbers that services report now. There is one for each metric of the instrument unique, each combination of
its attributes and each window. The command shows how many different users, sessions or values there are, and how wrong
the number can be. Up to 4,000 it is wrong by one at most. Beyond that, 95 of 100 numbers are wrong by less than
1 %. Numbers of the last minute may not be saved yet.

The command only reads. For an exact count of the documents, use summary.

` + keyHelp + `

` + connect.Help,
		Example: `  otelanalytics uniques show --map events.yaml
  otelanalytics uniques show -o json | jq '.numbers[] | select(.attributes.time_period == "daily")'`,
		Args:              cli.Args(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.open(cmd)
			if err != nil {
				return err
			}
			defer c.reader.Close()
			numbers, err := c.counter.Numbers(cmd.Context())
			if err != nil {
				return err
			}
			r := &shown{Numbers: make([]number, len(numbers)), PassedOver: c.counter.Stats().Damaged}
			for i, n := range numbers {
				r.Numbers[i] = numberOf(n)
			}
			return cli.Print(cmd, r, r.write)
		},
	}
	p = addPlace(cmd)
	return cmd
}

// likely is the error that 95 of 100 numbers are below, as a part of the number.
const likely = 0.01

func numberOf(n uniques.Number) number {
	out := number{Metric: n.Metric, Attributes: make(map[string]string), Value: n.Value, Exact: n.Exact}
	var pairs []string
	for i := 0; i+1 < len(n.Attributes); i += 2 {
		out.Attributes[n.Attributes[i]] = n.Attributes[i+1]
		pairs = append(pairs, n.Attributes[i]+"="+n.Attributes[i+1])
	}
	out.text = strings.Join(pairs, " ")
	switch {
	case !n.Exact:
		out.Error = uint64(math.Ceil(float64(n.Value) * likely))
	case n.Value > 0:
		out.Error = 1
	}
	return out
}

func (r *shown) write(t *cli.Text) {
	rows := make([][]string, len(r.Numbers))
	for i, n := range r.Numbers {
		rows[i] = []string{n.Metric, cli.Safe(n.text), strconv.FormatUint(n.Value, 10), "± " + strconv.FormatUint(n.Error, 10)}
	}
	t.Table([]string{"METRIC", "ATTRIBUTES", "NUMBER", "ERROR"}, rows)
	passedOver(t, r.PassedOver)
}
