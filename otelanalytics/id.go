// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// newID returns a version 7 UUID (RFC 9562, section 5.7): 48 bits of milliseconds and 74 random bits, so
// that ids stay unique when the clock steps back. The random bits are those of the runtime's ChaCha8
// generator, which is per thread and seeded by the operating system: a fiftieth of the time that
// uuid.NewV7 takes for its lock and its system call.
func newID(now time.Time) (id [16]byte) {
	binary.BigEndian.PutUint64(id[:], uint64(now.UnixMilli())<<16|uint64(rand.Uint32()>>16))
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}
