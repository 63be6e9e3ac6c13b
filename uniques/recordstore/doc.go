// SPDX-License-Identifier: Apache-2.0

// Package recordstore defines the store in which package uniques keeps its records. Records are small documents that
// never change. To change one, the caller puts a new record and deletes the old one. [Memory] keeps records in memory.
// Package mongostore keeps them in MongoDB.
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
