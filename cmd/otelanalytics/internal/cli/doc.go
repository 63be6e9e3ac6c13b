// SPDX-License-Identifier: Apache-2.0

// Package cli is what the commands share: exit codes, output as text or JSON, colour, progress.
//
// A command is a package with a function New() *cobra.Command and a line in package root. Its RunE writes its result
// with [Print], progress of long work with [NewProgress], and returns
//
//   - nil: the exit code is 0;
//   - a [Failed] error when the work was done and its answer is no: 1;
//   - any other error when the work could not be done: 2.
//
// Everything is written to cmd.OutOrStdout() and cmd.ErrOrStderr(), so that tests run commands in-process with
// [Execute].
package cli
