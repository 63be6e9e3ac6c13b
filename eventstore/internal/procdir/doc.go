// SPDX-License-Identifier: Apache-2.0

// Package procdir knows the data directories that processes have side by side below one parent: how they are named, which there
// are, and how one is removed while other processes look at it.
//
//	parent/
//	  process-20261127T214103Z-5f1c2a90-9b0d77e1/    when it was made, its mark, a random number
//	  process-20261127T214107Z-5f1c2a90-02c4e6aa/
//	  .removed-process-…                             one that is being deleted
//
// A name is never used twice, so that what counts within a directory, such as sequence numbers, never begins again under its
// name. The mark says where the events in it go: a process leaves directories with another mark alone. It is in the name,
// since a name needs no room on a disk that is full and is there from the first moment on.
package procdir
