// SPDX-License-Identifier: Apache-2.0

// Package doctor holds the command that looks at a running deployment from end to end.
package doctor
