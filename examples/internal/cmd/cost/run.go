// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

type config struct {
	events   int
	uri, dir string
}

// nowhere has a store keep everything in its journal.
const nowhere = "mongodb://127.0.0.1:1/"

// run measures and prints.
func run(ctx context.Context, c config, w io.Writer) (err error) {
	// What the SDK warns about, a MongoDB that is away, is intended.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	dir, err := os.MkdirTemp(c.dir, "cost")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	server := "the server given"
	if c.uri == "" {
		server = "the embedded FerretDB, on the same cores"
		uri, stop, err := startMongoDB(filepath.Join(dir, "mongodb"))
		if err != nil {
			return err
		}
		defer stop()
		c.uri = uri
	}
	fmt.Fprintf(w, "%s/%s, %d cores, %s; %d events a line; MongoDB: %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), c.events, server)
	fmt.Fprintf(w, "%-46s %10s %12s %8s\n", "", "events/s", "CPU/event", "allocs")

	journal := filepath.Join(dir, "written")
	for _, m := range []struct {
		what   string
		dir    string
		load   load
		events int
	}{
		{"Track, ack written, 1 goroutine", filepath.Join(dir, "one"), load{goroutines: 1}, c.events},
		{fmt.Sprintf("Track, ack written, %d goroutines", runtime.NumCPU()), journal, load{goroutines: runtime.NumCPU()}, c.events},
		{"Track, ack synced, 1 goroutine", filepath.Join(dir, "synced1"), load{goroutines: 1, synced: true}, c.events / 100},
		{"Track, ack synced, 64 goroutines", filepath.Join(dir, "synced64"), load{goroutines: 64, synced: true}, c.events / 4},
		{"Track, ack written, no metrics, 1 goroutine", filepath.Join(dir, "unmeasured"), load{goroutines: 1, unmeasured: true}, c.events},
	} {
		m.load.events = m.events
		f, err := track(ctx, m.dir, m.load)
		if err != nil {
			return err
		}
		f.print(w, m.what)
	}
	onDisk, err := size(journal)
	if err != nil {
		return err
	}
	d, err := deliver(ctx, journal, c)
	if err != nil {
		return err
	}
	d.figure.print(w, "journal to MongoDB")
	fmt.Fprintf(w, "\n%-46s %10.0f bytes\n", "an event in the journal", float64(onDisk)/float64(c.events))
	fmt.Fprintf(w, "%-46s %10.0f bytes\n", "its document in BSON", d.document)
	if d.stored > 0 {
		fmt.Fprintf(w, "%-46s %10.0f bytes, and %.0f bytes of indexes\n", "a document on the server's disk, as collStats", d.stored, d.indexes)
	}
	if peak := peakMemory(); peak > 0 {
		fmt.Fprintf(w, "%-46s %10.0f MiB\n", "resident memory of the process, at its peak", float64(peak)/(1<<20))
	}
	return nil
}

// figure is what a measurement found.
type figure struct {
	events     int
	took, used time.Duration
	allocs     uint64
}

// measured runs f, which handles so many events.
func measured(events int, f func() error) (figure, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began, used := time.Now(), cpu()
	err := f()
	g := figure{events: events, took: time.Since(began), used: cpu() - used}
	runtime.ReadMemStats(&after)
	g.allocs = after.Mallocs - before.Mallocs
	return g, err
}

func (g figure) print(w io.Writer, what string) {
	n := float64(g.events)
	used := "unknown"
	if g.used > 0 {
		used = fmt.Sprintf("%.1f µs", g.used.Seconds()*1e6/n)
	}
	fmt.Fprintf(w, "%-46s %10.0f %12s %8.1f\n", what, n/g.took.Seconds(), used, float64(g.allocs)/n)
}

// size is how many bytes the journal's files below dir have.
func size(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}
