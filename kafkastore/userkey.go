// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// userBytes is the length of a user's hash.
const userBytes = 16

// userKey hashes users: the first 16 bytes of HMAC-SHA-256 (RFC 2104) of the id as documents have it. Without the key, nobody can tell from
// a hash whose it is, nor try ids out.
type userKey struct{ pool sync.Pool }

func newUserKey(key []byte) *userKey {
	return &userKey{pool: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// appendHash appends the hash of a user.
func (k *userKey) appendHash(to []byte, user string) []byte {
	mac := k.pool.Get().(hash.Hash)
	defer k.pool.Put(mac)
	mac.Reset()
	mac.Write([]byte(user))
	var sum [sha256.Size]byte
	return append(to, mac.Sum(sum[:0])[:userBytes]...)
}
