// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
)

const recordBytes = 300

func BenchmarkAppend(b *testing.B) {
	j, err := journal.Open(b.TempDir(), journal.Options{MaxBytes: 1 << 40})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	p := make([]byte, recordBytes)
	b.ReportAllocs()
	b.SetBytes(recordBytes)
	for b.Loop() {
		if _, err := j.Append(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendParallel(b *testing.B) {
	j, err := journal.Open(b.TempDir(), journal.Options{MaxBytes: 1 << 40})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		p := make([]byte, recordBytes)
		for pb.Next() {
			if _, err := j.Append(p); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkWrite is the floor: the same bytes through write(2) alone.
func BenchmarkWrite(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	p := make([]byte, recordBytes+23)
	b.ReportAllocs()
	b.SetBytes(recordBytes)
	for b.Loop() {
		if _, err := f.Write(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendSynced(b *testing.B) {
	j, err := journal.Open(b.TempDir(), journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	p := make([]byte, recordBytes)
	for b.Loop() {
		seq, err := j.Append(p)
		if err != nil {
			b.Fatal(err)
		}
		if err := j.WaitSynced(context.Background(), seq); err != nil {
			b.Fatal(err)
		}
	}
}

// million fills a directory with 1,000,000 records.
func million(b *testing.B) string {
	dir := b.TempDir()
	j, err := journal.Open(dir, journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	p := make([]byte, recordBytes)
	for range 1_000_000 {
		if _, err := j.Append(p); err != nil {
			b.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkOpen opens a million pending records.
func BenchmarkOpen(b *testing.B) {
	dir := million(b)
	b.ReportAllocs()
	for b.Loop() {
		j, err := journal.Open(dir, journal.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := j.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReader reads a million pending records.
func BenchmarkReader(b *testing.B) {
	j, err := journal.Open(million(b), journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	r := j.NewReader()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		r.Rewind()
		for {
			_, ok, err := r.TryNext()
			if err != nil {
				b.Fatal(err)
			}
			if !ok {
				break
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkAppendBatch appends 100 records at once; compare with
// BenchmarkAppend100, which appends them one by one.
func BenchmarkAppendBatch(b *testing.B) {
	benchmark100(b, func(j *journal.Journal, records [][][]byte) error {
		_, _, err := j.AppendBatch(records)
		return err
	})
}

func BenchmarkAppend100(b *testing.B) {
	benchmark100(b, func(j *journal.Journal, records [][][]byte) error {
		for _, r := range records {
			if _, err := j.Append(r...); err != nil {
				return err
			}
		}
		return nil
	})
}

func benchmark100(b *testing.B, do func(*journal.Journal, [][][]byte) error) {
	j, err := journal.Open(b.TempDir(), journal.Options{MaxBytes: 1 << 40})
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	records := make([][][]byte, 100)
	for i := range records {
		records[i] = [][]byte{make([]byte, 24), make([]byte, recordBytes-24)}
	}
	b.ReportAllocs()
	b.SetBytes(100 * recordBytes)
	for b.Loop() {
		if err := do(j, records); err != nil {
			b.Fatal(err)
		}
	}
}
