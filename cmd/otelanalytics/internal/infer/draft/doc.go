// SPDX-License-Identifier: Apache-2.0

// Package draft writes event maps for people to go on with: in a stable order, with comments, and with proposals that are commented
// out. The lines of a proposal begin with "#: "; without that, they are part of the map.
package draft
