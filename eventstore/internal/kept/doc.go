// SPDX-License-Identifier: Apache-2.0

// Package kept remembers refused events that the quarantine file could not take. It needs no free space on the disk:
// the index is a file of a fixed size, made while there is space. A finished segment with such events is renamed, and not
// deleted.
//
//	index := kept.New(files, dir)
//	journal.Options{Keep: index.Keep}
//	err := index.Load()                       // once the journal is open
//	err = index.Add(events)                   // they are refused, durably
//	index.Each(f)                             // reads them
//	err = index.Move(write)                   // to the quarantine file, once that has space
//
// Move takes the last events of a segment first, and truncates the segment's file each time. The freed space then holds the
// earlier events.
package kept
