// SPDX-License-Identifier: Apache-2.0

package filesystem

import "fmt"

// HeldError says that another process has the lock.
type HeldError struct {
	Name string // the lock file
	PID  int    // the holder, 0 when it could not be read
}

// Error implements error.
func (e *HeldError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("%s is held by another process", e.Name)
	}
	return fmt.Sprintf("%s is held by process %d", e.Name, e.PID)
}
