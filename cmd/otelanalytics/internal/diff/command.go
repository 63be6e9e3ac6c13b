// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// result is what the command says.
type result struct {
	Old     version        `json:"old"`
	New     version        `json:"new"`
	Changes []Change       `json:"changes"`
	Count   map[string]int `json:"count"` // of the changes, by severity
}

type version struct {
	File string `json:"file"`
	Hash string `json:"hash"`
}

// New returns the command diff.
func New() *cobra.Command {
	failOn := severityFlag(Breaking)
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Show the changes between two event maps, and whether something breaks",
		Long: `Show what changed between two event maps, and which changes break something. Each change has a severity:

    privacy   a field that was dropped or hashed is stored as it is, or a field that was dropped is hashed
    breaking  something that worked no longer does: a series, a label or an event ends, changes its name or its meaning, or
              typed code does not compile
    warning   numbers or documents change: a bound, a default, a bucket, another event in a counter, more that is redacted, a
              new name of an event that has its earlier one in renamed_from
    info      nothing that exists is touched; something is deprecated

The exit code is 1 when a change has the severity of --fail-on, or a higher one. privacy is the highest: --fail-on
privacy is for changes of privacy alone.`,
		Example: `  otelanalytics diff events.old.yaml events.yaml
  git show main:events.yaml | otelanalytics diff - events.yaml
  otelanalytics diff --fail-on warning -o json old.yaml new.yaml`,
		Args:              cli.Args(2, 2, "OLD and NEW, the paths of two event maps,"),
		ValidArgsFunction: cli.CompleteMaps,
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := cli.LoadMap(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			after, err := cli.LoadMap(cmd.InOrStdin(), args[1])
			if err != nil {
				return err
			}
			r := result{
				Old: version{args[0], before.Hash()}, New: version{args[1], after.Hash()},
				Changes: Compare(before, after), Count: make(map[string]int),
			}
			worst := -1
			for _, c := range r.Changes {
				r.Count[string(c.Severity)]++
				worst = max(worst, slices.Index(severities, c.Severity))
			}
			if err := cli.Print(cmd, r, r.write); err != nil {
				return err
			}
			if limit := slices.Index(severities, Severity(failOn)); limit >= 0 && worst >= limit {
				return cli.Failedf("%d changes of privacy, %d breaking changes, %d warnings", r.Count[string(Privacy)], r.Count[string(Breaking)], r.Count[string(Warning)])
			}
			return nil
		},
	}
	cmd.Flags().Var(&failOn, "fail-on", "`severity` from which on the exit code is 1: privacy, breaking, warning, info or none")
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"privacy", "breaking", "warning", "info", "none"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// severityFlag is a severity, or none.
type severityFlag Severity

func (f *severityFlag) String() string { return string(*f) }
func (f *severityFlag) Type() string   { return "severity" }

func (f *severityFlag) Set(s string) error {
	if s != "none" && !slices.Contains(severities, Severity(s)) {
		return cli.Usagef("known are privacy, breaking, warning, info and none")
	}
	*f = severityFlag(s)
	return nil
}

func (r *result) write(t *cli.Text) {
	if len(r.Changes) == 0 {
		t.Printf("%s\n", t.Green("nothing has changed"))
		return
	}
	for _, severity := range slices.Backward(severities) {
		for _, c := range r.Changes {
			if c.Severity != severity {
				continue
			}
			text := fmt.Sprintf("%-8s", severity)
			label := cli.Styled(text)
			switch severity {
			case Privacy, Breaking:
				label = t.Red(text)
			case Warning:
				label = t.Yellow(text)
			}
			t.Printf("%s  %s: %s\n", label, t.Bold(c.Key), c.What)
			if c.Effect != "" {
				t.Printf("          %s\n", c.Effect)
			}
		}
	}
	t.Printf("\n%d of privacy, %d breaking, %d warnings, %d for information\n", r.Count[string(Privacy)], r.Count[string(Breaking)], r.Count[string(Warning)], r.Count[string(Info)])
}
