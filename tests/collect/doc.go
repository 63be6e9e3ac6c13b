// SPDX-License-Identifier: Apache-2.0

// Package collect has no code of its own: its tests run otelanalytics collect as a process. Hostile clients measure what memory it
// takes at most, and it is killed and started again while clients send, MongoDB is away, and its journal is full.
package collect
