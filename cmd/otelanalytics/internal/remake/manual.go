// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const intro = `<!-- Made from the commands by make generate; do not edit. -->

# The command line

` + "`otelanalytics`" + ` is a Go module of its own, so that services do not depend on what it needs:

    go install github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics@latest

From a clone of the repository, which has what is not released yet:

    go install -C otelanalytics-go/cmd/otelanalytics .

| exit code | means |
|---|---|
| 0 | the work was done, and its answer is yes |
| 1 | the work was done, and its answer is no: mistakes in a map, a change that breaks something, a check that failed |
| 2 | the work could not be done: wrong usage, an unreadable file, a server that does not answer, an interruption |

Results go to the standard output, errors and progress to the standard error. Colours and progress are shown on terminals
only, and no colours when ` + "`NO_COLOR`" + ` is set. Every command takes ` + "`-o json`" + ` for results that programs read.
` + "`otelanalytics completion --help`" + ` says how to complete commands in bash, zsh, fish and PowerShell.

`

// manual returns the page about all commands, made from what they say of themselves.
func manual(root *cobra.Command) []byte {
	var b bytes.Buffer
	b.WriteString(intro)
	b.WriteString("| command | does |\n|---|---|\n")
	walk(root, func(c *cobra.Command) {
		if !c.HasAvailableSubCommands() {
			name := strings.TrimPrefix(c.CommandPath(), root.Name()+" ")
			fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", name, strings.ReplaceAll(name, " ", "-"), c.Short)
		}
	})
	walk(root, func(c *cobra.Command) {
		if c.HasAvailableSubCommands() {
			return
		}
		fmt.Fprintf(&b, "\n## %s\n\n    %s\n\n", strings.TrimPrefix(c.CommandPath(), root.Name()+" "), c.UseLine())
		text(&b, c.Long)
		fmt.Fprintf(&b, "```sh\n%s\n```\n", outdented(c.Example))
		var rows strings.Builder
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && f.Name != "help" && f.Name != "version" {
				fmt.Fprintf(&rows, "| %s | %s |\n", flagName(f), flagText(f))
			}
		})
		if rows.Len() > 0 {
			fmt.Fprintf(&b, "\n| flag | |\n|---|---|\n%s", rows.String())
		}
	})
	return b.Bytes()
}

// walk visits all commands but cobra's own, sorted by name.
func walk(c *cobra.Command, visit func(*cobra.Command)) {
	for _, sub := range c.Commands() {
		if sub.Name() != "completion" && sub.Name() != "help" && sub.IsAvailableCommand() {
			visit(sub)
			walk(sub, visit)
		}
	}
}

// text writes what a command says of itself. Lines that are indented stay as they are, as code.
func text(b *bytes.Buffer, long string) {
	var code bool
	for line := range strings.SplitSeq(strings.TrimSpace(long), "\n") {
		if indented := strings.HasPrefix(line, "  "); indented != code {
			code = indented && strings.TrimSpace(line) != ""
		}
		if code {
			line = "  " + line
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("\n")
}

func outdented(example string) string {
	lines := strings.Split(strings.Trim(example, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}

func flagName(f *pflag.Flag) string {
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if what, _ := pflag.UnquoteUsage(f); what != "" {
		name += " " + what
	}
	return "`" + name + "`"
}

func flagText(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
		usage += " (default `" + f.DefValue + "`)"
	}
	return strings.ReplaceAll(usage, "|", `\|`)
}
