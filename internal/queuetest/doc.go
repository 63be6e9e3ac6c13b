// SPDX-License-Identifier: Apache-2.0

// Package queuetest makes events, hands them to a durable queue, and checks its figures. Only tests use it.
//
//	queuetest.AddBatch(t, store, queuetest.Batch(t, 10), eventstore.AckWritten)
//	queuetest.Flush(t, store)
//	queuetest.Balanced(t, store)
package queuetest
