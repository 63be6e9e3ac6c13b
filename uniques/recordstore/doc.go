// SPDX-License-Identifier: Apache-2.0

// Package recordstore says how package uniques keeps its records: small documents that never change. A change is a new record,
// and the deletion of the one that it replaces. [Memory] keeps them in memory. Package mongostore keeps them in MongoDB.
//
//	records := new(recordstore.Memory)
//	old := recordstore.Record{ID: "sketch|a|" + recordstore.NewRevision(), Start: time.Now(), Data: []byte("a")}
//	err = records.Put(ctx, old)
//	...
//	better := recordstore.Record{ID: "sketch|a|" + recordstore.NewRevision(), Start: old.Start, Data: []byte("a and b")}
//	if err = records.Put(ctx, better); err == nil {
//		err = records.Delete(ctx, old.ID)
//	}
//
// # A store of your own
//
// Package recordtest has the tests that each [Store] must pass.
package recordstore
