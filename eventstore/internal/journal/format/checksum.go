// SPDX-License-Identifier: Apache-2.0

package format

import "hash/crc32"

// castagnoli is CRC-32C: the shared table of package crc32, for which the processor
// has an instruction. MakeTable looks each time whether there is one.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(data []byte) uint32 { return crc32.Checksum(data, castagnoli) }

// placedChecksum is the CRC-32C of data with a starting value that stands for
// the place in the journal. Bytes that are found anywhere but where they were
// written therefore fail: CRC-32C maps different starting values to different
// results for the same data, and two places share a starting value with a
// probability of 2^-32.
func placedChecksum(segment uint64, offset int64, data []byte) uint32 {
	// The finaliser of splitmix64.
	z := segment*0x9e3779b97f4a7c15 + uint64(offset)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return crc32.Update(uint32(z>>32), castagnoli, data)
}
