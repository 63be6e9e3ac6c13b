// SPDX-License-Identifier: Apache-2.0

// Package words writes the parts that error messages about files have in common: a quoted piece of the file, a list of
// known names, and the name that was probably meant.
package words
