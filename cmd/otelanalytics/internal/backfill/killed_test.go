// SPDX-License-Identifier: Apache-2.0

//go:build unix

package backfill_test

import (
	"bytes"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

// shopOff is shop with an event that is switched off, and would count buyers.
const shopOff = shop + "  refunded: {enabled: false, record: [{metric: buyers}]}\n"

// TestKilled kills the command with kill -9 at random moments until it comes to its end: the files are, byte for byte, those
// of a run that nobody killed.
func TestKilled(t *testing.T) {
	collection := clitest.MongoDB(t)
	r := rand.New(rand.NewPCG(1, 1))
	var docs []bson.D
	for n := range 1_000 {
		at := -24*time.Hour + time.Duration(r.Int64N(int64(24*time.Hour)))
		kind := []string{"sold", "refunded", "page_a", "page_b", "page_c", "page_d", "cart_opened", "cart_closed"}[r.IntN(8)]
		docs = append(docs, event(n, kind, at.Truncate(time.Second), bson.D{{Key: "amount", Value: float64(r.IntN(2000)) / 100}}))
	}
	insert(t, collection, docs...)
	binary := clitest.Binary(t)
	start := func(out string) *exec.Cmd {
		cmd := exec.Command(binary, "backfill", "--from", "2026-09-30T12:00:00Z", "--to", "2026-10-01T12:00:00Z", "--step", "2m",
			"--map", clitest.File(t, "events.yaml", shopOff), "--out", out, "--create-index")
		cmd.Stderr = new(bytes.Buffer)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	whole, killed := t.TempDir(), t.TempDir()
	began := time.Now()
	if cmd := start(whole); cmd.Wait() != nil {
		t.Fatal(cmd.Stderr)
	}
	took := time.Since(began)
	kills, moments := 0, map[int]bool{}
	for range 200 {
		cmd := start(killed)
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		// At a random moment: of the start, or behind some more files.
		files, wait := written(t, killed)+r.IntN(4), time.Duration(r.Int64N(int64(took/20)))
		tick := time.NewTicker(time.Millisecond)
		var err error
		done, left := false, time.Duration(0)
		for !done && (written(t, killed) < files || left < wait) {
			select {
			case err = <-ended:
				done = true
			case <-tick.C:
				if written(t, killed) >= files {
					left += time.Millisecond
				}
			}
		}
		tick.Stop()
		if !done {
			_ = cmd.Process.Kill() // it may have ended
			<-ended
			kills++
			moments[written(t, killed)] = true
			continue
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, cmd.Stderr)
		}
		if diff := cmp.Diff(contents(t, whole), contents(t, killed)); diff != "" {
			t.Errorf("after %d kills (-whole +killed)\n%s", kills, diff)
		}
		if len(contents(t, whole)) != 13 || kills < 2 || len(moments) < 2 {
			t.Errorf("%d files, %d kills with %d different numbers of files: the test shows too little", len(contents(t, whole)), kills, len(moments))
		}
		return
	}
	t.Errorf("after %s kills it has not come to its end", strconv.Itoa(kills))
}

// written returns how many files there are. A run that was killed behind its last file begins anew, and removes them: none is read here.
func written(t *testing.T, dir string) int {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.om"))
	if err != nil {
		t.Fatal(err)
	}
	return len(paths)
}
