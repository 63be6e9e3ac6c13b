// SPDX-License-Identifier: Apache-2.0

package format

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A checkpoint file has CheckpointSlots slots, each a page of its own, so that a
// torn write never reaches a second one.
const (
	CheckpointSlots     = 4
	CheckpointSlotBytes = 4096
	CheckpointFileBytes = CheckpointSlots * CheckpointSlotBytes

	// CheckpointVersion is the version of the checkpoints that are written.
	// Version 1, with one consumer, is read too.
	CheckpointVersion = 2

	// MaxConsumers is how many consumers a checkpoint holds at most.
	MaxConsumers = 40
	// MaxConsumerName is the length of the longest name of a consumer, in bytes.
	MaxConsumerName = 63
)

const (
	checkpointMagic       = "OTACKPT\n"
	checkpointHeaderBytes = 64
	positionBytes         = 96
)

// Checkpoint says how far the consumers of a journal are.
type Checkpoint struct {
	Generation  uint64 // rises with each checkpoint; 0 in version 1
	LastSeq     uint64 // the highest sequence number given out when this was written
	LastSegment uint64 // the highest segment number taken
	// Consumers has the first consumer, whose name is empty, and then the others.
	Consumers []Position
}

// Position says how far a consumer is.
type Position struct {
	Name    string
	Seq     uint64 // everything up to here is done
	Segment uint64 // where the record after Seq begins, or one before it
	Offset  int64
}

// AppendCheckpoint appends the encoded checkpoint to dst. Its header is one that
// readers of version 1 find whole, and of a version that they do not know.
func AppendCheckpoint(dst []byte, c Checkpoint) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, checkpointHeaderBytes)...)
	for _, p := range c.Consumers {
		dst = appendPosition(dst, p)
	}
	head, body := dst[start:start+checkpointHeaderBytes], dst[start+checkpointHeaderBytes:]
	copy(head, checkpointMagic)
	le := binary.LittleEndian
	le.PutUint32(head[8:], CheckpointVersion)
	le.PutUint32(head[12:], uint32(len(c.Consumers)))
	le.PutUint64(head[16:], c.Generation)
	le.PutUint64(head[24:], c.LastSeq)
	le.PutUint64(head[32:], c.LastSegment)
	le.PutUint32(head[40:], checksum(body))
	le.PutUint32(head[60:], checksum(head[:60]))
	return dst
}

func appendPosition(dst []byte, p Position) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, positionBytes)...)
	entry := dst[start:]
	entry[0] = byte(copy(entry[1:1+MaxConsumerName], p.Name))
	binary.LittleEndian.PutUint64(entry[64:], p.Seq)
	binary.LittleEndian.PutUint64(entry[72:], p.Segment)
	binary.LittleEndian.PutUint64(entry[80:], uint64(p.Offset))
	return dst
}

// DecodeCheckpoint reads the checkpoint at the start of a slot. The error is
// ErrVersion for a whole header of a later version than CheckpointVersion.
func DecodeCheckpoint(data []byte) (Checkpoint, error) {
	if len(data) < checkpointHeaderBytes {
		return Checkpoint{}, errors.New("checkpoint is truncated")
	}
	head := data[:checkpointHeaderBytes]
	if string(head[:8]) != checkpointMagic {
		return Checkpoint{}, errors.New("checkpoint does not begin with the magic bytes")
	}
	le := binary.LittleEndian
	if le.Uint32(head[60:]) != checksum(head[:60]) {
		return Checkpoint{}, errors.New("checkpoint fails its checksum")
	}
	switch v := le.Uint32(head[8:]); v {
	case 1:
		return decodeCheckpoint1(head)
	case CheckpointVersion:
	default:
		return Checkpoint{}, fmt.Errorf("%w %d of a checkpoint, this build knows those up to %d", ErrVersion, v, CheckpointVersion)
	}
	n := int(le.Uint32(head[12:]))
	if n < 1 || n > MaxConsumers {
		return Checkpoint{}, errors.New("checkpoint is out of range")
	}
	if len(data) < checkpointHeaderBytes+n*positionBytes {
		return Checkpoint{}, errors.New("checkpoint is truncated")
	}
	body := data[checkpointHeaderBytes : checkpointHeaderBytes+n*positionBytes]
	if le.Uint32(head[40:]) != checksum(body) {
		return Checkpoint{}, errors.New("checkpoint fails its checksum")
	}
	c := Checkpoint{Generation: le.Uint64(head[16:]), LastSeq: le.Uint64(head[24:]), LastSegment: le.Uint64(head[32:])}
	for ; len(body) > 0; body = body[positionBytes:] {
		length := min(int(body[0]), MaxConsumerName)
		c.Consumers = append(c.Consumers, Position{
			Name:    string(body[1 : 1+length]),
			Seq:     le.Uint64(body[64:]),
			Segment: le.Uint64(body[72:]),
			Offset:  int64(le.Uint64(body[80:])),
		})
	}
	if c.Generation == 0 {
		return Checkpoint{}, errors.New("checkpoint is out of range")
	}
	return c, c.check()
}

// decodeCheckpoint1 reads a checkpoint of version 1, which has one consumer.
func decodeCheckpoint1(head []byte) (Checkpoint, error) {
	le := binary.LittleEndian
	c := Checkpoint{
		LastSeq: le.Uint64(head[40:]), LastSegment: le.Uint64(head[48:]),
		Consumers: []Position{{Seq: le.Uint64(head[16:]), Segment: le.Uint64(head[24:]), Offset: int64(le.Uint64(head[32:]))}},
	}
	return c, c.check()
}

// check holds the numbers of a checkpoint against their bounds, and its names.
func (c *Checkpoint) check() error {
	most := max(c.Generation, c.LastSeq, c.LastSegment)
	names := make(map[string]bool, len(c.Consumers))
	for i, p := range c.Consumers {
		most = max(most, p.Seq, p.Segment)
		if p.Offset < 0 || names[p.Name] || (p.Name == "") != (i == 0) {
			return errors.New("checkpoint is out of range")
		}
		names[p.Name] = true
	}
	if most > MaxNumber {
		return errors.New("checkpoint is out of range")
	}
	return nil
}

// First returns the position of the first consumer.
func (c *Checkpoint) First() Position {
	if len(c.Consumers) == 0 {
		return Position{}
	}
	return c.Consumers[0]
}

// Find returns the position of a consumer.
func (c *Checkpoint) Find(name string) (p Position, ok bool) {
	for _, p := range c.Consumers {
		if p.Name == name {
			return p, true
		}
	}
	return Position{}, false
}

// Rearmost returns the position of the consumer that has the least done.
func (c *Checkpoint) Rearmost() Position {
	least := c.First()
	for _, p := range c.Consumers {
		if p.Seq < least.Seq {
			least = p
		}
	}
	return least
}

// IsNewer reports whether the checkpoint was written after the other one.
func (c *Checkpoint) IsNewer(other *Checkpoint) bool {
	if c.Generation != other.Generation {
		return c.Generation > other.Generation
	}
	a, b := c.First(), other.First()
	return a.Seq > b.Seq || a.Seq == b.Seq && c.LastSeq >= other.LastSeq
}
