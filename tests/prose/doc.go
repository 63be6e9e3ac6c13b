// SPDX-License-Identifier: Apache-2.0

// Package prose holds the manual and the doc comments to plain English. Its tests run [Vale] with the rules of the folder
// styles.
//
// [Vale]: https://vale.sh
package prose
