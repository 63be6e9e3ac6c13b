// SPDX-License-Identifier: Apache-2.0

package sketch

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// mixed returns a hash that is as good as one of a Hasher, and much cheaper: splitmix64.
func mixed(seed, n uint64) uint64 {
	z := (seed<<40 ^ n) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// TestSmallCountsAreExact counts up to 1,000 users, in several overlapping sketches, against the exact number.
func TestSmallCountsAreExact(t *testing.T) {
	seeds := uint64(200)
	if raceEnabled {
		seeds = 20
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 0))
		hasher := NewHasher(fmt.Append(nil, "key of this seed ", seed))
		users := 1 + random.IntN(1000)
		exact := map[int]bool{}
		parts := make([]*Sketch, 1+random.IntN(30))
		for i := range parts {
			parts[i] = New()
			for range users {
				user := random.IntN(users)
				exact[user] = true
				parts[i].Add(hasher.Hash(Text, fmt.Append(nil, "user-", user)))
			}
		}
		got := int(Union(slices.Values(parts)).Count())
		if got < len(exact)-1 || got > len(exact)+1 {
			t.Errorf("seed %d: %d of %d users", seed, got, len(exact))
		}
	}
}

// TestLargeCounts holds the error at a million users to its bounds.
func TestLargeCounts(t *testing.T) {
	seeds := 100
	if testing.Short() || raceEnabled {
		seeds = 3
	}
	const users, parts = 1_000_000, 7
	var errs []float64
	for seed := range seeds {
		sketches := make([]*Sketch, parts)
		for i := range sketches {
			sketches[i] = New()
		}
		for n := range uint64(users) {
			sketches[n%parts].Add(mixed(uint64(seed), n))
		}
		got := Union(slices.Values(sketches)).Count()
		errs = append(errs, math.Abs(float64(got)/users-1))
	}
	slices.Sort(errs)
	if at95, worst := errs[max(0, len(errs)*95/100-1)], errs[len(errs)-1]; at95 > 0.01 || worst > 0.015 {
		t.Errorf("of %d seeds, 95 %% are wrong by up to %.2f %%, the worst by %.2f %%", seeds, 100*at95, 100*worst)
	}
}

// TestUnionIsASet: the number does not depend on order, on repetition, nor on how the values are divided, around the number
// at which a sketch becomes dense, too.
func TestUnionIsASet(t *testing.T) {
	for _, n := range []int{1, 500, 2_000, 3_990, 4_000, 4_010, 9_000, 60_000} {
		random := rand.New(rand.NewPCG(uint64(n), 1))
		whole := New()
		parts := make([]*Sketch, 9)
		for i := range parts {
			parts[i] = New()
		}
		for v := range uint64(n) {
			whole.Add(mixed(7, v))
			for range 1 + random.IntN(2) {
				parts[random.IntN(len(parts))].Add(mixed(7, v))
			}
		}
		want := Union(slices.Values([]*Sketch{whole})).Count()
		for range 5 {
			shuffled := append(slices.Clone(parts), parts[random.IntN(len(parts))])
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			union := Union(slices.Values(shuffled))
			if got := union.Count(); got != want || union.Dense() != (want > maxSparse) {
				t.Errorf("%d values: %d in parts, dense: %v; %d in one", n, got, union.Dense(), want)
			}
		}
	}
}

func TestClone(t *testing.T) {
	for _, n := range []uint64{10, 10_000} {
		s := New()
		for v := range n {
			s.Add(mixed(1, v))
		}
		before := s.Count()
		clone := s.Clone()
		for v := range n {
			clone.Add(mixed(2, v))
		}
		if s.Count() != before || clone.Count() <= before {
			t.Errorf("%d values: %d after its clone has got more, %d before; the clone has %d", n, s.Count(), before, clone.Count())
		}
	}
}

func TestHasher(t *testing.T) {
	a, b := NewHasher([]byte("0123456789abcdef")), NewHasher([]byte("0123456789abcdeg"))
	if a.ID() == b.ID() || a.ID() != NewHasher([]byte("0123456789abcdef")).ID() {
		t.Error("the id does not name the key")
	}
	hashes := map[uint64]bool{}
	for _, h := range []uint64{
		a.Hash(Text, []byte("1")), a.Hash(Number, []byte("1")), b.Hash(Text, []byte("1")), a.Hash(Text, nil), a.Hash(Text, []byte("12")),
	} {
		hashes[h] = true
	}
	if len(hashes) != 5 {
		t.Errorf("%d different hashes of 5 values", len(hashes))
	}
	// What is stored must stay comparable: this is what openssl dgst -hmac says about tuser-1.
	if got := a.Hash(Text, []byte("user-1")); got != 0xc9022b71a0a9a0f3 {
		t.Errorf("%#x", got)
	}
}

func BenchmarkAdd(b *testing.B) {
	h, s := NewHasher([]byte("0123456789abcdef")), New()
	user := []byte("0190a5c8-7b3e-7cc2-9d7c-3f1e0a4b5c6d")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		user[35], user[34], user[33] = byte(i), byte(i>>8), byte(i>>16)
		s.Add(h.Hash(Text, user))
	}
}
