// SPDX-License-Identifier: Apache-2.0

// Package gocode holds the command that writes typed Go for an event map.
package gocode
