// SPDX-License-Identifier: Apache-2.0

// Package kept remembers which events of a journal's segments were refused while the quarantine file could not take them. That
// needs no room on the disk: the index is a file of a fixed size that is made while there is room, and a segment with such
// events is not deleted once it is done, but renamed.
//
//	index := kept.New(files, dir)
//	journal.Options{Keep: index.Keep}
//	err := index.Load()                       // once the journal is open
//	err = index.Add(events)                   // they are refused, durably
//	index.Each(f)                             // reads them
//	err = index.Move(write)                   // to the quarantine file, once that has room
//
// Move takes the last events of a segment first, and truncates its file each time: what it frees is room for those before them.
package kept
