// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"
)

// benchCase is one case of the table, which may have several results.
type benchCase struct {
	name string
	run  func(*run1) []Result
}

// cases are all cases, in the order of the table.
var cases = []benchCase{
	{"record", record},
	{"record_naive", recordNaive},
	{"record_parallel", recordParallel},
	{"evaluate", evaluate},
	{"backfill_memory", backfillMemory},
	{"track", track},
	{"track_typed", trackTyped},
	{"track_rules", trackRules},
	{"track_parallel", trackParallel},
	{"track_vs_posthog", trackVsPosthog},
	{"track_vs_segment", trackVsSegment},
	{"track_vs_insert", trackVsInsert},
	{"track_mongodb_down", trackMongoDBDown},
	{"track_p99", trackP99},
	{"synced", synced},
	{"drain", drain},
	{"drain_ceiling", drainCeiling},
	{"drain_far", drainFar},
	{"http", httpMiddleware},
	{"scrape_10k", scrape10k},
	{"scrape_hist", scrapeHist},
	{"scrape_allocations", scrapeAllocations},
	{"scrape_growth", scrapeGrowth},
	{"scrape_memory", scrapeMemory},
	{"scrape_herd", scrapeHerd},
	{"startup", startup},
	{"resident", residentMemory},
	{"today", today},
	{"pending", pending},
	{"active_users", activeUsers},
	{"uniques_reading", uniquesReading},
	{"uniques_exact", uniquesExact},
	{"uniques_writers", uniquesWriters},
	{"uniques_memory", uniquesMemory},
	{"track_uniques", trackUniques},
	{"track_live", trackLive},
	{"track_viewers", trackViewers},
	{"track_sinks", trackSinks},
	{"ingest_batch", ingestBatch},
	{"ingest_memory", ingestMemory},
}

// run1 is one run of a case. It stands in for a test where the servers that tests start want one.
type run1 struct {
	testing.TB
	quick   bool
	cleanup []func()
}

// failure is how a run ends that cannot go on.
type failure struct{ error }

// measure runs a case.
func measure(c benchCase, quick bool) (results []Result, err error) {
	b := &run1{quick: quick}
	defer func() {
		if f := recover(); f != nil {
			failed, ok := f.(failure)
			if !ok {
				panic(f)
			}
			err = failed.error
		}
	}()
	defer func() {
		for i := len(b.cleanup) - 1; i >= 0; i-- {
			b.cleanup[i]()
		}
	}()
	results = c.run(b)
	for i := range results {
		results[i].OK = results[i].within(1)
	}
	return results, nil
}

// must ends the run on an error.
func (b *run1) must(err error) {
	if err != nil {
		panic(failure{err})
	}
}

func (b *run1) Helper()                      {}
func (b *run1) Output() io.Writer            { return io.Discard }
func (b *run1) Error(args ...any)            { b.Errorf("%s", fmt.Sprint(args...)) }
func (b *run1) Context() context.Context     { return context.Background() }
func (b *run1) Cleanup(f func())             { b.cleanup = append(b.cleanup, f) }
func (b *run1) Fatal(args ...any)            { panic(failure{fmt.Errorf("%s", fmt.Sprint(args...))}) }
func (b *run1) Fatalf(f string, args ...any) { panic(failure{fmt.Errorf(f, args...)}) }
func (b *run1) Errorf(f string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+f+"\n", args...) }

// TempDir returns a directory that is removed when the run ends.
func (b *run1) TempDir() string {
	dir, err := os.MkdirTemp("", "bench")
	b.must(err)
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
