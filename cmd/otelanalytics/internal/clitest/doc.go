// SPDX-License-Identifier: Apache-2.0

// Package clitest runs commands in tests, in-process, as a user would.
package clitest
