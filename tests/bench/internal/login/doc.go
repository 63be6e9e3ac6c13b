// SPDX-License-Identifier: Apache-2.0

// Package login is the event that is measured: its map, and the code that is generated from it.
package login
