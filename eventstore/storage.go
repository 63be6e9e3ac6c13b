// SPDX-License-Identifier: Apache-2.0

package eventstore

import "fmt"

// Storage says where a store keeps events until the sink has them.
type Storage uint8

const (
	// Disk keeps them in files of [Config].Dir. It is the default.
	Disk Storage = iota
	// Memory keeps them in the memory of the process, for read-only and serverless file systems. Nothing survives the process:
	// not what is pending, not the quarantine, not the places of consumers. [Config].MemoryBytes bounds it.
	//
	// Delivery, retry, verdicts, quarantine, consumers, Flush and the sum of [Stats] are those of a store on a disk. These
	// differ:
	//
	//   - AckSynced is refused with ErrNoDisk. AckWritten says that the event is in memory; AckStored is as on a disk.
	//   - Shutdown counts what it could not deliver as [Stats].Lost, and returns ErrLost. It waits for consumers as it does for
	//     the sink.
	//   - A refused event for which the quarantine has no room is lost, and counted as such.
	//   - Config.Dir, JournalBytes and SyncInterval have no effect, and no file is written.
	Memory
)

// storageWords has every storage, with the word that configuration has for it.
var storageWords = [...]string{Disk: "disk", Memory: "memory"}

// Storages returns every storage.
func Storages() []Storage { return []Storage{Disk, Memory} }

// String returns the word that configuration has for the storage, such as disk.
func (s Storage) String() string {
	if int(s) >= len(storageWords) {
		return fmt.Sprintf("Storage(%d)", uint8(s))
	}
	return storageWords[s]
}

// inMemory reports whether the store has no disk.
func (s *Store) inMemory() bool { return s.config.Storage == Memory }
