// SPDX-License-Identifier: Apache-2.0

package doctor

import "syscall"

// diskSpace is how many bytes there are for a user that is not root.
func diskSpace(dir string) (free int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
