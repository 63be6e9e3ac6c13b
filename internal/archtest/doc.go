// SPDX-License-Identifier: Apache-2.0

// Package archtest holds the tests of the structure as a whole: which package may import which.
package archtest
