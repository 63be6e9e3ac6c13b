// SPDX-License-Identifier: Apache-2.0

// Package journal is the write-ahead journal of an event store. It appends records to files in a directory. One or more
// consumers read the records in order. A segment is deleted once a checkpoint records that all consumers are done with it.
//
//	j, err := journal.Open(dir, journal.Options{})
//	seq, err := j.Append(record)          // survives the death of the process
//	err = j.WaitSynced(ctx, seq)          // survives the loss of power
//	first, n, err := j.AppendBatch(many)  // the same for many at once
//
//	r := j.NewReader()
//	for {
//		e, err := r.Next(ctx)             // waits
//		...                               // do something with e.Payload
//		err = j.Checkpoint(e.Seq)         // everything up to here is done
//	}
//	err = j.Settle(first, last)           // or these are, and one before them is not
//	err = j.Commit()                      // writes that to the disk
//	c := j.Consumer("sketches")           // named by Options.Consumers
//	err = c.Settle(first, last)           // and so on, at its own pace
//	err = j.Close()
//
// Guarantees:
//
//   - An acknowledged record is delivered at least once, by this process or a later one, in order and unchanged.
//   - An acknowledged record that the disk damaged is counted as lost. The count is exact, by sequence numbers.
//   - A refused record is never delivered.
//
// docs/journal.md has the format and the rules.
//
// The package has three layers: policy here, the format in package format, and the file system behind the interface of package
// filesystem.
//
// Limits: one process per directory, one reader per consumer, records up to MaxRecordBytes. Single records cannot be
// deleted: Clear deletes everything up to a record that is done.
package journal
