// SPDX-License-Identifier: Apache-2.0

package cli

import "github.com/spf13/cobra"

// The values of the flag --output.
const (
	TextOutput = "text"
	JSONOutput = "json"
)

// outputFlag is the name of the flag that every command has.
const outputFlag = "output"

// AddOutputFlag gives a command and all its commands the flag -o.
func AddOutputFlag(root *cobra.Command) {
	var format formatValue = TextOutput
	root.PersistentFlags().VarP(&format, outputFlag, "o", "write results as `text` or json")
	// The flag exists: the error cannot happen.
	_ = root.RegisterFlagCompletionFunc(outputFlag, cobra.FixedCompletions([]string{TextOutput, JSONOutput}, cobra.ShellCompDirectiveNoFileComp))
}

// formatValue is the flag's value, which is checked when it is set.
type formatValue string

func (v *formatValue) String() string { return string(*v) }
func (v *formatValue) Type() string   { return "format" }

func (v *formatValue) Set(s string) error {
	if s != TextOutput && s != JSONOutput {
		return Usagef("known are text and json")
	}
	*v = formatValue(s)
	return nil
}

// JSON reports whether results are wanted as JSON.
func JSON(cmd *cobra.Command) bool {
	f := cmd.Flag(outputFlag)
	return f != nil && f.Value.String() == JSONOutput
}

// Print writes a result: value as indented JSON when that is wanted, else what text writes.
func Print(cmd *cobra.Command, value any, text func(*Text)) error {
	out := cmd.OutOrStdout()
	if JSON(cmd) {
		return encodeJSON(out, value, "  ")
	}
	return PrintText(cmd, text)
}

// PrintLine writes one of many results as one line of JSON.
func PrintLine(cmd *cobra.Command, value any) error { return encodeJSON(cmd.OutOrStdout(), value, "") }

// PrintText writes a part of a result for people.
func PrintText(cmd *cobra.Command, text func(*Text)) error {
	out := cmd.OutOrStdout()
	t := &Text{Style: styleOf(out), w: out}
	text(t)
	return t.err
}
