// SPDX-License-Identifier: Apache-2.0

// Package infer holds the command that writes a first event map: from events that are stored or in a file, or from the tracking plan of
// another tool.
package infer
