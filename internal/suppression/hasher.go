// SPDX-License-Identifier: Apache-2.0

package suppression

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// Hash is the whole hash of a user's id.
type Hash [sha256.Size]byte

// Check tells keys apart. It is made of the key alone.
type Check [8]byte

// Hasher hashes the ids of users under a key. It is safe for concurrent use.
type Hasher struct {
	check Check
	macs  sync.Pool // of *work
}

type work struct {
	mac hash.Hash
	id  []byte
	sum []byte
}

// checked is what [Check] is a hash of. No user's id as documents have it contains the byte 0xff, which is not UTF-8.
const checked = "\xffotelanalytics list of suppressed users"

// NewHasher returns a hasher with a key, which is copied.
func NewHasher(key []byte) *Hasher {
	key = append([]byte(nil), key...)
	h := new(Hasher)
	h.macs.New = func() any {
		return &work{mac: hmac.New(sha256.New, key), sum: make([]byte, 0, sha256.Size)}
	}
	sum := h.Hash(checked)
	copy(h.check[:], sum[:])
	return h
}

// Check returns what the key can be recognised by.
func (h *Hasher) Check() Check { return h.check }

// Hash hashes a user's id. It allocates nothing.
func (h *Hasher) Hash(userID string) (sum Hash) {
	w := h.macs.Get().(*work)
	w.mac.Reset()
	w.id = append(w.id[:0], userID...)
	w.mac.Write(w.id)
	w.sum = w.mac.Sum(w.sum[:0])
	copy(sum[:], w.sum)
	clear(w.id)
	const keep = 4 << 10 // ids are short; one that is not must not hold memory
	if cap(w.id) <= keep {
		h.macs.Put(w)
	}
	return sum
}
