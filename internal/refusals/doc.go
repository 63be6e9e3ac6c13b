// SPDX-License-Identifier: Apache-2.0

// Package refusals reads and writes golden files. Such a file holds inputs that a loader refuses, each with all its messages.
// The package also finds messages in the code of a loader that no test produces. Only tests use it.
package refusals
