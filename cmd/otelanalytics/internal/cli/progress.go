// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// Progress shows how far long work has come, on the standard error when that is a terminal; elsewhere it writes
// nothing. It is safe for concurrent use.
type Progress struct{ bar *progressbar.ProgressBar }

// NewProgress starts to show progress. total is how many steps there are, -1 when nobody knows; what says what is done,
// such as "migrating".
func NewProgress(cmd *cobra.Command, total int64, what string) *Progress {
	errs := cmd.ErrOrStderr()
	if !IsTerminal(errs) {
		return &Progress{}
	}
	return &Progress{bar: progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(errs),
		progressbar.OptionSetDescription(what),
		progressbar.OptionEnableColorCodes(styleOf(errs).on),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

// Add says that n more steps are done.
func (p *Progress) Add(n int) {
	if p.bar != nil {
		_ = p.bar.Add(n) // what cannot be shown does not stop the work
	}
}

// Done removes the bar. It may be called more than once.
func (p *Progress) Done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
