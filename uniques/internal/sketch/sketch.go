// SPDX-License-Identifier: Apache-2.0

package sketch

import "github.com/axiomhq/hyperloglog"

// The shape of a sketch.
const (
	precision = 16
	// maxSparse is how many entries a sketch has at most before it becomes dense. A dense sketch of 1,000 values is off by up
	// to eight, a sparse one by one at most.
	maxSparse = 4_000
	// between is how many values are added between two looks at how many entries there are: each look sorts.
	between = 500
)

// Sketch is a set of hashes of which only the size can be read. Make it with New.
type Sketch struct {
	hll    *hyperloglog.Sketch
	dense  bool
	added  int // since the last look at the number of entries
	filled bool
}

// New returns an empty sketch.
func New() *Sketch { return &Sketch{hll: newHLL(true)} }

func newHLL(sparse bool) *hyperloglog.Sketch {
	s, err := hyperloglog.NewSketch(precision, sparse)
	if err != nil {
		panic(err) // the precision is a constant that the library takes
	}
	return s
}

// Add adds a hash, whose bits must be uniformly distributed.
func (s *Sketch) Add(hash uint64) {
	s.hll.InsertHash(hash)
	s.filled = true
	if s.added++; s.added >= between {
		s.settle()
	}
}

// Merge adds the entries of another sketch. It does not change what the other sketch counts.
func (s *Sketch) Merge(other *Sketch) {
	if !other.filled {
		return
	}
	if other.dense {
		s.densify()
	}
	if err := s.hll.Merge(other.hll); err != nil {
		panic(err) // every sketch has the same precision
	}
	s.filled = true
	s.settle()
}

// Count returns about how many different hashes the sketch has.
func (s *Sketch) Count() uint64 {
	s.settle()
	return s.hll.Estimate()
}

// Empty reports whether nothing was added.
func (s *Sketch) Empty() bool { return !s.filled }

// Dense reports whether the sketch has its full size.
func (s *Sketch) Dense() bool { return s.dense }

// Clone returns a copy.
func (s *Sketch) Clone() *Sketch {
	clone := *s
	clone.hll = s.hll.Clone()
	return &clone
}

// settle makes a sketch dense that has too many entries.
func (s *Sketch) settle() {
	s.added = 0
	if !s.dense && s.hll.Estimate() > maxSparse {
		s.densify()
	}
}

func (s *Sketch) densify() {
	if s.dense {
		return
	}
	dense := newHLL(false)
	if err := dense.Merge(s.hll); err != nil {
		panic(err) // every sketch has the same precision
	}
	s.hll, s.dense = dense, true
}

// denseBytes is the memory of a dense sketch.
const denseBytes = 1 << precision

// Bytes estimates the memory of a sketch.
func (s *Sketch) Bytes() int {
	if s.dense {
		return denseBytes
	}
	return 16 << 10
}
