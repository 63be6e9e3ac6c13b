// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package filesystem

import "os"

// OpenShared opens an existing file so that it can be renamed and deleted
// meanwhile, as every file of these systems can. flag is os.O_RDONLY or os.O_RDWR.
func OpenShared(name string, flag int) (*os.File, error) { return os.OpenFile(name, flag, fileMode) }

// inUse returns err: no file is kept from being deleted by who has it open.
func inUse(err error) error { return err }
