// SPDX-License-Identifier: Apache-2.0

// Package suppression owns the form in which suppressed users are remembered: how their ids are hashed, the set of hashes that
// is held in memory, and the file that keeps a copy of the set.
//
// A user's hash is HMAC-SHA-256 (RFC 2104) of the id as documents have it, under a key that serves nothing else. Without the
// key, nobody can tell from a hash whose it is, nor try ids out. A set holds the first 16 bytes of each hash.
package suppression
