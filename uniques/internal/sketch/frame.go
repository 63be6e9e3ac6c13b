// SPDX-License-Identifier: Apache-2.0

package sketch

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/axiomhq/hyperloglog"
)

// A sketch in a record is
//
//	version    1 byte
//	key        8 bytes: the id of the key that its hashes were made with
//	form       1 byte: plain, or packed with Huffman codes alone (RFC 1951), which makes a dense sketch three to six times smaller
//	sketch     version 2 of axiomhq/hyperloglog, in that form
//	checksum   4 bytes, big endian: CRC-32C of the record's id, a zero byte, and all that is before
const (
	frameVersion = 1
	frameHead    = 1 + len(KeyID{}) + 1
	frameSum     = crc32.Size

	plain  = 0
	packed = 1
)

// denseSize is the size of a dense sketch before it is packed.
const denseSize = 8 + denseBytes

// Errors that Parse returns.
var (
	// ErrDamaged: the bytes are not a whole sketch, or belong to another record.
	ErrDamaged = errors.New("the sketch is damaged")
	// ErrKey: the sketch was made with another key, so that it cannot be merged with others.
	ErrKey = errors.New("the sketch was made with another key")
	// ErrVersion: a later release wrote the sketch.
	ErrVersion = errors.New("the sketch has a version that this release does not know")
)

// Append appends the sketch in the form that the record with the id stores.
func (s *Sketch) Append(dst []byte, key KeyID, record string) []byte {
	s.settle()
	start := len(dst)
	dst = append(dst, frameVersion)
	dst = append(dst, key[:]...)
	data, err := s.hll.MarshalBinary()
	if err != nil {
		panic(err) // only a sketch without precision fails
	}
	if s.dense {
		dst = append(append(dst, packed), pack(data)...)
	} else {
		dst = append(append(dst, plain), data...)
	}
	return binary.BigEndian.AppendUint32(dst, checksum(record, dst[start:]))
}

// Parse reads the sketch of a record. It keeps nothing of data.
func Parse(data []byte, key KeyID, record string) (*Sketch, error) {
	if len(data) < frameHead+frameSum {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrDamaged, len(data))
	}
	body, sum := data[:len(data)-frameSum], data[len(data)-frameSum:]
	switch {
	case checksum(record, body) != binary.BigEndian.Uint32(sum):
		return nil, fmt.Errorf("%w: its checksum is wrong", ErrDamaged)
	case body[0] != frameVersion:
		return nil, fmt.Errorf("%w: version %d, and this release knows %d: upgrade it", ErrVersion, body[0], frameVersion)
	case KeyID(body[1:frameHead-1]) != key:
		return nil, fmt.Errorf("%w: %v, and this process has %v", ErrKey, KeyID(body[1:frameHead-1]), key)
	}
	form, body := body[frameHead-1], body[frameHead:]
	switch form {
	case plain:
	case packed:
		var ok bool
		if body, ok = unpack(body); !ok {
			return nil, fmt.Errorf("%w: it cannot be unpacked", ErrDamaged)
		}
	default:
		return nil, fmt.Errorf("%w: its form is %d", ErrDamaged, form)
	}
	s := &Sketch{hll: new(hyperloglog.Sketch), filled: true}
	if len(body) < 4 || body[1] != precision {
		return nil, fmt.Errorf("%w: it has another precision than %d", ErrDamaged, precision)
	}
	if err := s.hll.UnmarshalBinary(body); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	s.dense = body[3] == 0
	return s, nil
}

// pack makes a dense sketch smaller.
func pack(data []byte) []byte {
	var to bytes.Buffer
	w, err := flate.NewWriter(&to, flate.HuffmanOnly)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything, and the level is a constant
	}
	return to.Bytes()
}

// unpack is the reverse. ok is false for anything that is not a dense sketch, packed.
func unpack(data []byte) (whole []byte, ok bool) {
	from := flate.NewReader(bytes.NewReader(data))
	whole = make([]byte, denseSize)
	if _, err := io.ReadFull(from, whole); err != nil {
		return nil, false
	}
	n, err := from.Read(make([]byte, 1))
	return whole, n == 0 && err == io.EOF
}

func checksum(record string, body []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, append([]byte(record), 0))
	return crc32.Update(sum, table, body)
}
