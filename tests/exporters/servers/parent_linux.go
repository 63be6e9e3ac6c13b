// SPDX-License-Identifier: Apache-2.0

package servers

import "syscall"

// dieWithParent has the operating system kill the process when the tests end
// without cleaning up, as they do after a timeout.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
