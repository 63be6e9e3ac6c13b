// SPDX-License-Identifier: Apache-2.0

package eventmap

// Deprecation marks a part of the map that still works, but should no longer be used.
type Deprecation struct {
	Note       string // why, or what to do instead; for people
	ReplacedBy string // its replacement, which the map declares beside it; empty: none
}
