// SPDX-License-Identifier: Apache-2.0

// Package tscode holds the command that writes typed TypeScript for the events of a map that one source may send.
package tscode
