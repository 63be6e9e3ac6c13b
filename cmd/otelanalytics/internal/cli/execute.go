// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Execute runs the command that args name and returns the exit code. Results go to out; errors, progress and hints go
// to errs.
func Execute(ctx context.Context, root *cobra.Command, args []string, out, errs io.Writer) int {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return ExitOK
	}
	code := exitCode(err)
	if text := err.Error(); text != "" {
		style := styleOf(errs)
		fmt.Fprintf(errs, "%s %s\n", style.Red("otelanalytics:"), SafeLines(text))
	}
	if isUsage(err) {
		fmt.Fprintf(errs, "Run %q for its usage and examples.\n", cmd.CommandPath()+" --help")
	}
	return code
}
