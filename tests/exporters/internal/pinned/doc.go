// SPDX-License-Identifier: Apache-2.0

// Package pinned knows the real servers that tests start: which versions, how they are built, and where they are then.
// The versions are in the go.mod files below internal/servertools, and nowhere else; their go.sum files hold the
// checksum of all that a server is built from.
package pinned
