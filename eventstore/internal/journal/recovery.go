// SPDX-License-Identifier: Apache-2.0

package journal

// Recovery is what Open found in the directory.
type Recovery struct {
	// Recovered counts all sequence numbers after the checkpoint that an
	// earlier process left, readable or not.
	Recovered uint64
	// Lost counts those of them that cannot be read. The reader delivers the
	// other Recovered - Lost, each once, in order.
	Lost uint64
	// Damage lists what could not be read, by place.
	Damage []Damage
	// TornBytes counts bytes at the ends of segments that belong to no record:
	// appends that a kill or power failure interrupted before they were
	// acknowledged. They are no loss.
	TornBytes int64
	// Foreign names what lies in the directory and is not the journal's. It is
	// never touched.
	Foreign []string
}

// Damage is one unreadable place.
type Damage struct {
	Segment uint64 // segment number
	Offset  int64  // first unreadable byte in the segment's file
	Bytes   int64  // how many bytes were passed over; 0 when a whole file is missing
	Reason  string
	// FirstSeq and LastSeq are the sequence numbers that are lost here, both
	// inclusive; both are 0 when none is.
	FirstSeq, LastSeq uint64
}
