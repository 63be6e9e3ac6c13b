// SPDX-License-Identifier: Apache-2.0

package infer

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/plan"
)

// importer is a flag that reads the plan of another tool.
type importer struct {
	flag, of, usage string
	read            func([]plan.File) (*plan.Plan, error)
	files           []string
}

func importers() []*importer {
	return []*importer{
		{flag: "segment-plan", of: "Segment's tracking plan", usage: "a tracking plan of Segment, a JSON `file`", read: plan.Segment},
		{flag: "rudderstack-plan", of: "RudderStack's tracking plan", usage: "a YAML `file` of RudderStack: a tracking plan, or a file that it refers to; may be given several times", read: plan.RudderStack},
		{flag: "semconv", of: "OpenTelemetry's semantic conventions", usage: "a YAML `file` of OpenTelemetry's semantic conventions: events, or attributes; may be given several times", read: plan.Semconv},
	}
}

// chosen returns the importer whose flag is given; nil without any.
func (s *settings) chosen(cmd *cobra.Command, args []string) (*importer, error) {
	var chosen *importer
	for _, i := range s.importers {
		switch {
		case len(i.files) == 0:
		case chosen != nil:
			return nil, cli.Usagef("--%s and --%s are both given; write a map of each", chosen.flag, i.flag)
		default:
			chosen = i
		}
	}
	if chosen == nil {
		return nil, nil
	}
	if len(args) > 0 {
		return nil, cli.Usagef("--%s is given, and %s is a file of events; write a map of each", chosen.flag, args[0])
	}
	for _, name := range append(aboutMongoDB, "type", "sample", "fields", "type-field", "data-field", "user-field", "skip-broken") {
		if cmd.Flags().Changed(name) {
			return nil, cli.Usagef("--%s is about events, and --%s is a plan; give one of the two", name, chosen.flag)
		}
	}
	return chosen, nil
}

// mostPlan is how long a file of a plan can be.
const mostPlan = 16 << 20

// plan writes the map of a plan.
func (s *settings) plan(cmd *cobra.Command, i *importer) error {
	var files []plan.File
	var names []string
	for _, name := range i.files {
		data, err := readPlan(cmd.InOrStdin(), name)
		if err != nil {
			return err
		}
		files = append(files, plan.File{Name: name, Data: data})
		names = append(names, base(name))
	}
	p, err := i.read(files)
	if err != nil {
		return err
	}
	if len(p.Map.Events) == 0 {
		return cli.Failedf("there is no event in it to make a map of:\n%s", strings.Join(p.Omitted, "\n"))
	}
	p.Map.Comments = []string{
		draft.SchemaComment + "\n" + fmt.Sprintf("An event map made from %s: %s, with %s.", i.of, strings.Join(names, ", "), draft.Counted(int64(len(p.Map.Events)), "event")),
	}
	if len(p.Omitted) > 0 {
		p.Map.Comments = append(p.Map.Comments, "Not expressed in the map:\n"+strings.Join(p.Omitted, "\n"))
	}
	text, err := p.Map.Bytes()
	if err != nil {
		return err
	}
	return s.put(cmd, text, p.Omitted)
}

func readPlan(in io.Reader, name string) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, mostPlan+1))
	if err == nil && len(data) > mostPlan {
		err = fmt.Errorf("%s: has more than 16 MiB; give the plan alone", name)
	}
	return data, err
}
