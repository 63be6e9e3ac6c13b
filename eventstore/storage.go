// SPDX-License-Identifier: Apache-2.0

package eventstore

import "fmt"

// Storage is where a store keeps events until the sink has them.
type Storage uint8

const (
	// Disk keeps events in files in [Config].Dir. It is the default.
	Disk Storage = iota
	// Memory keeps events in the memory of the process, for read-only and serverless file systems. Nothing survives the process: no
	// pending events, no quarantine, no positions of consumers. [Config].MemoryBytes bounds it.
	//
	// Delivery, retry, verdicts, quarantine, consumers, Flush and the sum of [Stats] are the same as on disk. The differences are:
	//
	//   - AckSynced is refused with ErrNoDisk. AckWritten means that the event is in memory; AckStored is the same as on disk.
	//   - Shutdown counts undelivered events as [Stats].Lost, and returns ErrLost. It waits for consumers as it does for
	//     the sink.
	//   - A refused event that does not fit into the quarantine is lost, and counted as such.
	//   - Config.Dir, JournalBytes and SyncInterval have no effect, and no file is written.
	Memory
)

// storageWords has every storage, with the word that configuration has for it.
var storageWords = [...]string{Disk: "disk", Memory: "memory"}

// Storages returns every storage.
func Storages() []Storage { return []Storage{Disk, Memory} }

// String returns the storage's word in configuration, such as disk.
func (s Storage) String() string {
	if int(s) >= len(storageWords) {
		return fmt.Sprintf("Storage(%d)", uint8(s))
	}
	return storageWords[s]
}

// inMemory reports whether the store has no disk.
func (s *Store) inMemory() bool { return s.config.Storage == Memory }
