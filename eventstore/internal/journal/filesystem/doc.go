// SPDX-License-Identifier: Apache-2.0

// Package filesystem is the seam between the journal and the machine that it
// runs on. The journal calls nothing else to touch a disk, so that a test can
// put a file system that fails, fills up or loses power underneath it.
//
// Names are paths as package path/filepath builds them. Errors wrap
// fs.ErrNotExist and fs.ErrExist where they apply.
package filesystem
