// SPDX-License-Identifier: Apache-2.0

package wireserver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The operations that are read. OP_QUERY is what a driver greets with.
const (
	opReply = 1
	opQuery = 2004
	opMsg   = 2013
)

const (
	headerBytes = 16
	maxMessage  = 48 << 20
	moreToCome  = 1 << 1 // flag of OP_MSG: no answer is wanted
	checksum    = 1 << 0 // flag of OP_MSG: four bytes follow the sections
)

// message is one request.
type message struct {
	id   int32
	op   int32
	quit bool // no answer is wanted
	body bson.Raw
	docs []bson.Raw // of the document sequence, if there is one
}

var errMessage = errors.New("not a message of MongoDB's wire protocol")

func readMessage(r io.Reader) (message, error) {
	var header [headerBytes]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return message{}, err
	}
	size := int(int32(binary.LittleEndian.Uint32(header[0:])))
	m := message{id: int32(binary.LittleEndian.Uint32(header[4:])), op: int32(binary.LittleEndian.Uint32(header[12:]))}
	if size < headerBytes+4 || size > maxMessage {
		return m, fmt.Errorf("%w: %d bytes", errMessage, size)
	}
	rest := make([]byte, size-headerBytes)
	if _, err := io.ReadFull(r, rest); err != nil {
		return m, err
	}
	switch m.op {
	case opMsg:
		return m, m.sections(rest)
	case opQuery:
		return m, m.query(rest)
	default:
		return m, fmt.Errorf("%w: operation %d", errMessage, m.op)
	}
}

// sections reads what follows the header of OP_MSG.
func (m *message) sections(b []byte) error {
	flags := binary.LittleEndian.Uint32(b)
	m.quit = flags&moreToCome != 0
	b = b[4:]
	if flags&checksum != 0 {
		b = b[:len(b)-4]
	}
	for len(b) > 0 {
		kind := b[0]
		doc, rest, err := cut(b[1:])
		if err != nil {
			return err
		}
		b = rest
		if kind == 0 {
			m.body = doc
			continue
		}
		// A sequence: its name, then documents to its end.
		seq := doc[4:]
		for len(seq) > 0 && seq[0] != 0 {
			seq = seq[1:]
		}
		for seq = seq[1:]; len(seq) > 0; {
			var one []byte
			if one, seq, err = cut(seq); err != nil {
				return err
			}
			m.docs = append(m.docs, one)
		}
	}
	return nil
}

// query reads what follows the header of OP_QUERY: flags, the collection's
// name, two numbers, and the command.
func (m *message) query(b []byte) error {
	b = b[4:]
	for len(b) > 0 && b[0] != 0 {
		b = b[1:]
	}
	if len(b) < 9 {
		return errMessage
	}
	doc, _, err := cut(b[9:])
	m.body = doc
	return err
}

// cut takes what is as long as its first four bytes say.
func cut(b []byte) (one, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errMessage
	}
	size := int(int32(binary.LittleEndian.Uint32(b)))
	if size < 5 || size > len(b) {
		return nil, nil, errMessage
	}
	return b[:size:size], b[size:], nil
}

// answer returns the bytes of an answer.
func (m message) answer(doc bson.D) ([]byte, error) {
	body, err := bson.Marshal(doc)
	if err != nil {
		return nil, err
	}
	var b []byte
	op := uint32(opMsg)
	if m.op == opQuery {
		op = opReply
		b = make([]byte, headerBytes+20) // flags, cursor and position are 0
		binary.LittleEndian.PutUint32(b[headerBytes+16:], 1)
	} else {
		b = make([]byte, headerBytes+5) // no flags, a section of kind 0
	}
	b = append(b, body...)
	binary.LittleEndian.PutUint32(b[0:], uint32(len(b)))
	binary.LittleEndian.PutUint32(b[8:], uint32(m.id))
	binary.LittleEndian.PutUint32(b[12:], op)
	return b, nil
}
