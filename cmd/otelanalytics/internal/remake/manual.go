// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
)

const intro = `<!-- Made from the commands by make generate; do not edit. -->

# The command line

After this page you can run each command of ` + "`otelanalytics`" + `. They check and compare event maps, and make code and
dashboards from them. They look at a deployment, and read, convert or delete stored events. Install the command, and check a map:

    go install github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics@latest
    otelanalytics validate events.yaml

The command is a Go module of its own, so that services do not get its dependencies. From a clone of the repository, which
has changes that are not released yet:

    go install -C otelanalytics-go/cmd/otelanalytics .

| exit code | meaning |
|---|---|
| 0 | the work was done, and its answer is yes |
| 1 | the work was done, and its answer is no: mistakes in a map, a change that breaks something, a check that failed |
| 2 | the work could not be done: wrong usage, an unreadable file, a server that does not answer, an interruption |

- Results go to the standard output. Errors and progress go to the standard error.
- Colours and progress are shown on terminals only. With ` + "`NO_COLOR`" + ` set there are no colours.
- Every command takes ` + "`-o json`" + ` for results that programs read.
- ` + "`otelanalytics completion --help`" + ` shows how to complete commands in bash, zsh, fish and PowerShell.

`

// manual returns the page about all commands, made from their own texts.
func manual(root *cobra.Command) []byte {
	var b bytes.Buffer
	b.WriteString(intro)
	b.WriteString("| command | does |\n|---|---|\n")
	walk(root, func(c *cobra.Command) {
		name := strings.TrimPrefix(c.CommandPath(), root.Name()+" ")
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", name, strings.ReplaceAll(name, " ", "-"), c.Short)
	})
	fmt.Fprintf(&b, "\n## Which deployment\n\n%s\n", strings.Replace(connect.Help, "The command works", "Commands with the flags `--config` and `--uri` (of deliver: `--to`) work", 1))
	walk(root, func(c *cobra.Command) {
		fmt.Fprintf(&b, "\n## %s\n\n    %s\n\n", strings.TrimPrefix(c.CommandPath(), root.Name()+" "), c.UseLine())
		text(&b, strings.ReplaceAll(c.Long, connect.Help, "Flags and the configuration name [the deployment](#which-deployment)."))
		fmt.Fprintf(&b, "```sh\n%s\n```\n", outdented(c.Example))
		var rows strings.Builder
		flags(c, func(f *pflag.Flag) { fmt.Fprintf(&rows, "| %s | %s |\n", flagName(f), flagText(f)) })
		if rows.Len() > 0 {
			fmt.Fprintf(&b, "\n| flag | |\n|---|---|\n%s", rows.String())
		}
	})
	return b.Bytes()
}

// walk visits the commands, sorted by name, without cobra's own and without groups, which do nothing themselves.
func walk(c *cobra.Command, visit func(*cobra.Command)) {
	for _, sub := range c.Commands() {
		if sub.Name() == "completion" || sub.Name() == "help" || !sub.IsAvailableCommand() {
			continue
		}
		own := 0
		flags(sub, func(*pflag.Flag) { own++ })
		if own > 0 || !sub.HasAvailableSubCommands() {
			visit(sub)
		}
		walk(sub, visit)
	}
}

// flags visits the flags of a command that the page shows.
func flags(c *cobra.Command, visit func(*pflag.Flag)) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && f.Name != "help" && f.Name != "version" {
			visit(f)
		}
	})
}

// text writes the Long text of a command. Lines that are indented stay as they are, as code.
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
