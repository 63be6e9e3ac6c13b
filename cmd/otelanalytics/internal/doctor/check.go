// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
)

// The outcomes of a check.
const (
	statusOK      = diagnosis.OK
	statusWarning = diagnosis.Warning
	statusFailed  = diagnosis.Failed
	statusSkipped = "skipped"
)

// check looks at one thing.
type check struct {
	name  string
	needs []string // checks without which this one can say nothing
	run   func(context.Context, *deployment) finding
}

// finding is what a check says.
type finding struct {
	status  string
	text    string
	details []string
	fix     []string
}

// judged is a finding that the live page makes, too.
func judged(f diagnosis.Finding) finding {
	out := finding{status: f.Status, text: f.Text, fix: f.Fix}
	return out.list(f.Details)
}

func ok(format string, args ...any) finding {
	return finding{status: statusOK, text: fmt.Sprintf(format, args...)}
}

func warning(format string, args ...any) finding {
	return finding{status: statusWarning, text: fmt.Sprintf(format, args...)}
}

func failed(format string, args ...any) finding {
	return finding{status: statusFailed, text: fmt.Sprintf(format, args...)}
}

func skipped(format string, args ...any) finding {
	return finding{status: statusSkipped, text: fmt.Sprintf(format, args...)}
}

// advise adds what to do about it.
func (f finding) advise(format string, args ...any) finding {
	f.fix = append(slices.Clip(f.fix), fmt.Sprintf(format, args...))
	return f
}

// list adds lines, the first of many.
func (f finding) list(lines []string) finding {
	const most = 12
	if n := len(lines); n > most {
		lines = append(slices.Clip(lines[:most]), fmt.Sprintf("and %d more", n-most))
	}
	f.details = append(slices.Clip(f.details), lines...)
	return f
}

// result is a finding as it is printed.
type result struct {
	Check   string   `json:"check"`
	Status  string   `json:"status"`
	Finding string   `json:"finding"`
	Details []string `json:"details,omitempty"`
	Fix     []string `json:"fix,omitempty"`
}

// report is the command's result.
type report struct {
	OK       bool     `json:"ok"`
	Failed   int      `json:"failed"`
	Warnings int      `json:"warnings"`
	Skipped  int      `json:"skipped"`
	Checks   []result `json:"checks"`
}

// examine runs all checks. Each has the deployment's timeout.
func examine(cmd *cobra.Command, d *deployment, checks []check) (*report, error) {
	bar := cli.NewProgress(cmd, int64(len(checks)), "checking")
	defer bar.Done()
	r := &report{Checks: []result{}}
	passed := make(map[string]bool)
	for _, c := range checks {
		f := examineOne(cmd.Context(), d, c, passed)
		if err := cmd.Context().Err(); err != nil {
			return r, err
		}
		passed[c.name] = f.status == statusOK || f.status == statusWarning
		switch f.status {
		case statusFailed:
			r.Failed++
		case statusWarning:
			r.Warnings++
		case statusSkipped:
			r.Skipped++
		}
		r.Checks = append(r.Checks, result{c.name, f.status, f.text, f.details, f.fix})
		bar.Add(1)
	}
	r.OK = r.Failed == 0
	return r, nil
}

func examineOne(ctx context.Context, d *deployment, c check, passed map[string]bool) finding {
	if slices.Contains(d.skip, c.name) {
		return skipped("by --skip")
	}
	var missing []string
	for _, need := range c.needs {
		if !passed[need] {
			missing = append(missing, need)
		}
	}
	if len(missing) > 0 {
		return skipped("needs %s", strings.Join(missing, ", "))
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	return c.run(ctx, d)
}

// write is the report for people: a line for each check, and what to do below it.
func (r *report) write(t *cli.Text) {
	width := 0
	for _, c := range r.Checks {
		width = max(width, len(c.Check))
	}
	for _, c := range r.Checks {
		text := fmt.Sprintf("%-7s", c.Status)
		mark := cli.Styled(text)
		switch c.Status {
		case statusOK:
			mark = t.Green(text)
		case statusWarning:
			mark = t.Yellow(text)
		case statusFailed:
			mark = t.Red(text)
		}
		t.Printf("%s  %-*s  %s\n", mark, width, c.Check, c.Finding)
		for _, line := range c.Details {
			t.Printf("           %s\n", line)
		}
		for _, line := range c.Fix {
			t.Printf("    %s %s\n", t.Green("fix:"), strings.ReplaceAll(line, "\n", "\n         "))
		}
	}
	t.Printf("\n%s, %s, %d skipped\n", cli.Counted(int64(r.Failed), "failure"), cli.Counted(int64(r.Warnings), "warning"), r.Skipped)
}
