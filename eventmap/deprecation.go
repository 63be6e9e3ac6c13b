// SPDX-License-Identifier: Apache-2.0

package eventmap

// Deprecation says that a part of the map is still there, and should no longer be used.
type Deprecation struct {
	Note       string // why, or what to do instead; for people
	ReplacedBy string // what takes its place, which the map declares beside it; empty: nothing does
}
