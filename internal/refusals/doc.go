// SPDX-License-Identifier: Apache-2.0

// Package refusals reads and writes golden files of input that a loader refuses, with all that it says about it. It also finds what
// a loader can say, and no test makes it say. Only tests use it.
package refusals
