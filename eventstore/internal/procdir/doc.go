// SPDX-License-Identifier: Apache-2.0

// Package procdir manages the data directories that several processes have below one parent. It names them, lists them,
// and removes one while other processes look at it.
//
//	parent/
//	  process-20261127T214103Z-5f1c2a90-9b0d77e1/    when it was made, its mark, a random number
//	  process-20261127T214107Z-5f1c2a90-02c4e6aa/
//	  .removed-process-…                             one that is being deleted
//
// A name is never used twice. Counts within a directory, such as sequence numbers, therefore never restart under the same
// name.
//
// The mark stands for the destination of the events. A process does not touch directories with another mark. The mark is part of
// the name, because a name needs no space on a full disk and exists from the first moment.
package procdir
