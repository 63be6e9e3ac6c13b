// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package servers

import "syscall"

// dieWithParent does nothing here: other systems have nothing of the kind.
func dieWithParent() *syscall.SysProcAttr { return nil }
