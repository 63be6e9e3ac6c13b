// SPDX-License-Identifier: Apache-2.0

// Package sketch counts different values in a bounded space: HyperLogLog with 2^16 registers, after a sparse list of entries that
// is nearly exact.
//
//	h := sketch.NewHasher(key)
//	s := sketch.New()
//	s.Add(h.Hash(sketch.Text, []byte("user-1")))
//	data := s.Append(nil, h.ID(), "id of the record")
//
// # Accuracy
//
// Up to 4,000 different values: off by one in some hundreds of sketches. Beyond: a standard error of 0.35 %.
//
// # Merging
//
// Merging is idempotent, commutative and associative. The count of a union does not depend on the order, nor on what was
// merged twice.
//
// # Concurrency
//
// A Hasher is safe for concurrent use. A Sketch is not.
package sketch
