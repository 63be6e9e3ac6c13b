// SPDX-License-Identifier: Apache-2.0

package suppression_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/suppression"
)

const key = "sixteen bytes at least"

func TestHashIsAnHMAC(t *testing.T) {
	h := suppression.NewHasher([]byte(key))
	for _, id := range []string{"ada", "", "J\uFFFDrg", strings.Repeat("long", 10_000)} {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(id))
		if got := h.Hash(id); !bytes.Equal(got[:], mac.Sum(nil)) {
			t.Errorf("%.20q: got %x, want that of crypto/hmac", id, got)
		}
	}
	other := suppression.NewHasher([]byte(key + "x"))
	if h.Hash("ada") == other.Hash("ada") || h.Check() == other.Check() || h.Check() != suppression.NewHasher([]byte(key)).Check() {
		t.Error("keys are not told apart, or one key is not one")
	}
	h.Hash("ada")
	if n := testing.AllocsPerRun(100, func() { h.Hash("a user's id") }); n > 0 && !raceDetector {
		t.Errorf("%v allocations", n)
	}
}

func hashes(h *suppression.Hasher, n int) []suppression.Hash {
	all := make([]suppression.Hash, n)
	for i := range all {
		all[i] = h.Hash(fmt.Sprint(i))
	}
	return all
}

func TestSet(t *testing.T) {
	h := suppression.NewHasher([]byte(key))
	for _, n := range []int{0, 1, 2, 1_000} {
		all := hashes(h, n)
		s := suppression.NewSet(append(slices.Clone(all), all...))
		if s.Len() != n {
			t.Errorf("%d users, want %d", s.Len(), n)
		}
		for _, hash := range all {
			if !s.Has(hash) {
				t.Errorf("of %d users, %x is not there", n, hash)
			}
		}
		if s.Has(h.Hash("somebody else")) {
			t.Errorf("of %d users, somebody else is there", n)
		}
	}
}

func TestFile(t *testing.T) {
	h := suppression.NewHasher([]byte(key))
	for _, n := range []int{0, 1, 1_000} {
		dir := t.TempDir()
		if _, err := suppression.Read(filepath.Join(dir, suppression.FileName), h.Check()); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("without a file: %v", err)
		}
		if there, err := suppression.Exists(filepath.Join(dir, suppression.FileName)); there || err != nil {
			t.Error(there, err)
		}
		for version := int64(1); version < 3; version++ {
			// What a process left that died while it wrote.
			left := filepath.Join(dir, suppression.FileName+".LEFT.tmp")
			old := time.Now().Add(-time.Hour)
			if err := errors.Join(os.WriteFile(left, []byte("half"), 0o600), os.Chtimes(left, old, old)); err != nil {
				t.Fatal(err)
			}
			want := suppression.List{Set: suppression.NewSet(hashes(h, n)), Check: h.Check(), Version: version}
			if err := want.Write(filepath.Join(dir, suppression.FileName)); err != nil {
				t.Fatal(err)
			}
			if got, ok := suppression.Version(filepath.Join(dir, suppression.FileName)); !ok || got != version {
				t.Errorf("version %d, %v, want %d", got, ok, version)
			}
			got, err := suppression.Read(filepath.Join(dir, suppression.FileName), h.Check())
			if err != nil || got.Version != version || got.Len() != n || n > 0 && !got.Has(h.Hash("0")) {
				t.Errorf("version %d with %d users, %v", got.Version, got.Len(), err)
			}
		}
		if files, err := os.ReadDir(dir); len(files) != 1 || err != nil {
			t.Errorf("the directory has %v, %v", files, err)
		}
		if there, err := suppression.Exists(filepath.Join(dir, suppression.FileName)); !there || err != nil {
			t.Error(there, err)
		}
		if info, err := os.Stat(filepath.Join(dir, suppression.FileName)); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("mode %v, %v, want the owner's alone", info.Mode(), err)
		}
		if _, err := suppression.Read(filepath.Join(dir, suppression.FileName), suppression.NewHasher([]byte("another")).Check()); !errors.Is(err, suppression.ErrKey) {
			t.Errorf("with another key: %v", err)
		}
	}
}

// Processes that write at the same time leave the whole list of one of them.
func TestWrittenFromSeveralSides(t *testing.T) {
	h, dir := suppression.NewHasher([]byte(key)), t.TempDir()
	var group sync.WaitGroup
	for i := range 8 {
		list := suppression.List{Set: suppression.NewSet(hashes(h, 100*i)), Check: h.Check(), Version: int64(i)}
		group.Go(func() {
			for range 20 {
				if err := list.Write(filepath.Join(dir, suppression.FileName)); err != nil {
					t.Error(err)
				}
				if got, err := suppression.Read(filepath.Join(dir, suppression.FileName), h.Check()); err != nil || got.Len() != int(100*got.Version) {
					t.Errorf("version %d with %d users, %v", got.Version, got.Len(), err)
				}
			}
		})
	}
	group.Wait()
	if files, err := os.ReadDir(dir); len(files) != 1 || err != nil {
		t.Errorf("the directory has %v, %v", files, err)
	}
}

// Whatever happens to the file, it is the list or an error.
func TestDamagedFile(t *testing.T) {
	h, dir := suppression.NewHasher([]byte(key)), t.TempDir()
	list := suppression.List{Set: suppression.NewSet(hashes(h, 3)), Check: h.Check(), Version: 1}
	if err := list.Write(filepath.Join(dir, suppression.FileName)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, suppression.FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(what string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := suppression.Read(filepath.Join(dir, suppression.FileName), h.Check()); !errors.Is(err, suppression.ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", what, err)
		}
	}
	for i := range whole {
		damaged(fmt.Sprintf("cut off at %d", i), whole[:i])
		b := bytes.Clone(whole)
		b[i] ^= 0x10
		damaged(fmt.Sprintf("byte %d changed", i), b)
	}
	damaged("longer", append(bytes.Clone(whole), 0))
	damaged("twice", append(bytes.Clone(whole), whole...))
}

// BenchmarkHash is what an event costs where somebody is suppressed, but for the look at the set.
func BenchmarkHash(b *testing.B) {
	h := suppression.NewHasher([]byte(key))
	set := suppression.NewSet(hashes(h, 100_000))
	for _, n := range []struct {
		name string
		run  func()
	}{
		{"hash", func() { h.Hash("01890a5d-ac96-774b-bcce-b302099a8057") }},
		{"hash and look", func() { set.Has(h.Hash("01890a5d-ac96-774b-bcce-b302099a8057")) }},
	} {
		b.Run(n.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n.run()
			}
		})
	}
}
