// SPDX-License-Identifier: Apache-2.0

// Package faults has no code of its own: its tests cause the faults that a
// service meets in production (processes killed, MongoDB away or behind a bad
// network, disks full, files damaged) and hold what is in MongoDB, and the sum
// on the /metrics page, against what Track had returned.
//
//	go test .                                  20 kills, a few random histories
//	go test -v -run 'Kill|Histories' -rounds 1000 -rapid.checks 1000 -timeout 0 .
//
// It is a module of its own, so that users of the SDK do not depend on what
// breaks things. What only a broken disk can do is tested where the file system
// can be replaced: eventstore/internal/journal.
package faults
