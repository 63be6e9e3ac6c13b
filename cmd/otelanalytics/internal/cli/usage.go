// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// usageError is a command line that cannot be understood.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// Usagef returns the error of a command line that cannot be understood; the exit code is 2.
func Usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

func isUsage(err error) bool {
	var usage *usageError
	return errors.As(err, &usage)
}

// Args makes mistakes in the number of arguments usage errors. what names the arguments, such as "MAP".
func Args(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return Usagef("%s is missing", what)
		case most >= 0 && len(args) > most:
			return Usagef("too many arguments: %q; want %s", args[most], what)
		case slices.Index(args, standardInput) < lastIndex(args, standardInput):
			return Usagef("- stands for the standard input, and can be given once")
		}
		return nil
	}
}

func lastIndex(args []string, arg string) int {
	for i := len(args) - 1; i >= 0; i-- {
		if args[i] == arg {
			return i
		}
	}
	return -1
}

// Group makes cmd a command that only has commands: alone it shows its help, and a command that it does not have is a
// usage error that names the ones that are near.
func Group(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			return Usagef("%s has no command %q; did you mean %s?", cmd.CommandPath(), args[0], strings.Join(near, " or "))
		}
		var known []string
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				known = append(known, c.Name())
			}
		}
		return Usagef("%s has no command %q; it has %s", cmd.CommandPath(), args[0], strings.Join(known, ", "))
	}
	return cmd
}
