// SPDX-License-Identifier: Apache-2.0

// Package recordtest has the tests that each recordstore.Store must pass.
//
//	func TestRecords(t *testing.T) {
//		recordtest.Run(t, func(t *testing.T) recordstore.Store { return new(recordstore.Memory) })
//	}
package recordtest
