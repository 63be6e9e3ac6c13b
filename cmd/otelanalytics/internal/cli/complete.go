// SPDX-License-Identifier: Apache-2.0

package cli

import "github.com/spf13/cobra"

// CompleteMaps completes arguments with the YAML files that there are. It is a ValidArgsFunction.
func CompleteMaps(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}
