// SPDX-License-Identifier: Apache-2.0

package sketch

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
)

// MinKey is the length of the shortest key, in bytes.
const MinKey = defaults.MinUniquesKey

// KeyID names a key, and tells nothing about it.
type KeyID [8]byte

// String returns the id in hexadecimal digits.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// Kind says what a value is: values of two kinds are never the same.
type Kind byte

// The kinds.
const (
	Text   Kind = 't'
	Number Kind = 'n'
	Bool   Kind = 'b'
	other  Kind = 'k' // the name of the key itself
)

// Hasher hashes values with a key: the first 8 bytes of HMAC-SHA-256 (RFC 2104), big endian, of the kind and the value.
// Without the key, nobody can tell whether a value is in a sketch.
type Hasher struct {
	id   KeyID
	pool sync.Pool // of *keyed
}

type keyed struct {
	mac hash.Hash
	buf []byte
}

// NewHasher returns the hasher of a key.
func NewHasher(key []byte) *Hasher {
	key = append([]byte(nil), key...)
	h := &Hasher{}
	h.pool.New = func() any { return &keyed{mac: hmac.New(sha256.New, key)} }
	binary.BigEndian.PutUint64(h.id[:], h.Hash(other, []byte("otelanalytics uniques: id of the key")))
	return h
}

// ID returns the name of the key.
func (h *Hasher) ID() KeyID { return h.id }

// Hash returns the hash of a value.
func (h *Hasher) Hash(kind Kind, value []byte) uint64 {
	k := h.pool.Get().(*keyed)
	defer h.pool.Put(k)
	k.mac.Reset()
	k.buf = append(k.buf[:0], byte(kind))
	k.buf = append(k.buf, value...)
	k.mac.Write(k.buf)
	k.buf = k.mac.Sum(k.buf[:0])
	sum := binary.BigEndian.Uint64(k.buf)
	clear(k.buf[:cap(k.buf)]) // no value stays in memory
	return sum
}
