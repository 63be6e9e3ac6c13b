// SPDX-License-Identifier: Apache-2.0

// Package sketch counts different values in bounded space. A sketch begins as a sparse list of entries that is nearly
// exact, and becomes a HyperLogLog with 2^16 registers.
//
//	h := sketch.NewHasher(key)
//	s := sketch.New()
//	s.Add(h.Hash(sketch.Text, []byte("user-1")))
//	data := s.Append(nil, h.ID(), "id of the record")
//
// # Accuracy
//
// Up to 4,000 different values, the count is wrong by one in some hundreds of sketches. Beyond that, the standard error
// is 0.35 %.
//
// # Merging
//
// Merging is idempotent, commutative and associative. The count of a union depends neither on the order, nor on
// sketches that were merged twice.
//
// # Concurrency
//
// A Hasher is safe for concurrent use. A Sketch is not.
package sketch
