// SPDX-License-Identifier: Apache-2.0

// Package journal is the write-ahead journal of an event store: records are
// appended to files in a directory, read in order by one or more consumers, and
// deleted, a segment at a time, once a checkpoint says that they are done for all.
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
//	err = j.Commit()                      // notes that on the disk
//	c := j.Consumer("sketches")           // named by Options.Consumers
//	err = c.Settle(first, last)           // and so on, in its own time
//	err = j.Close()
//
// Guarantees: a record that was acknowledged is delivered at least once by this
// process or a later one, in order and unchanged, or counted as lost when the
// disk damaged it; a record that was refused is never delivered; what damage
// costs is counted exactly, by sequence numbers. docs/journal.md has the format
// and the rules.
//
// The package has three layers: policy here, the format in package format, the
// file system behind the interface of package filesystem.
//
// Limits: one process a directory, one reader a consumer, records up to MaxRecordBytes,
// no deletion of single records: Clear deletes everything up to one that is
// done.
package journal
