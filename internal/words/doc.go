// SPDX-License-Identifier: Apache-2.0

// Package words writes common parts of error messages about files: a quoted piece of the file, a list of
// known names, and the name that was probably meant.
package words
