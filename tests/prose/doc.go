// SPDX-License-Identifier: Apache-2.0

// Package prose holds the manual and the doc comments to plain English. Its tests run [Vale] with the rules of the folder
// styles. The file not-yet-clean.txt names the pages and packages that the rules do not bind yet.
//
// [Vale]: https://vale.sh
package prose
