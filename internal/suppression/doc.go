// SPDX-License-Identifier: Apache-2.0

// Package suppression owns the form in which suppressed users are remembered. It has the hash of a user's id, the set of hashes
// in memory, and the file with a copy of the set.
//
// A user's hash is HMAC-SHA-256 (RFC 2104) of the id as it is written in documents. Its key serves no other purpose. Without the
// key, nobody can derive the user from a hash, or test ids against it. A set holds the first 16 bytes of each hash.
package suppression
