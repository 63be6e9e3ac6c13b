// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// resident returns how much memory the process has, and the most that it ever had, in MiB.
func (p *process) resident() (now, most int) {
	p.t.Helper()
	for line := range strings.Lines(p.get("/memory")) {
		name, value, _ := strings.Cut(line, ":")
		kib, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		switch name {
		case "VmRSS":
			now = kib >> 10
		case "VmHWM":
			most = kib >> 10
		}
	}
	return now, most
}

// TestMillionPending tracks a million events while MongoDB is away, restarts, and has each of them delivered once. The most
// memory that a process ever has stays within 64 MiB of what it has at its start. Batches that are under way together may
// come in any order.
func TestMillionPending(t *testing.T) {
	t.Parallel()
	const events, mostMemory = 1_000_000, 64
	server := wireserver.Start(t)
	came := make([]bool, events)
	total, wrong := 0, 0
	server.Discard(func(doc bson.Raw) {
		n, err := strconv.Atoi(strings.TrimPrefix(nameOf(doc), "e-"))
		if err != nil || n < 0 || n >= events || came[n] {
			wrong++
			return
		}
		came[n] = true
		total++
	})
	server.Down()
	s := settings{URI: server.ImpatientURI(), Dir: t.TempDir()}
	p := run(t, s)
	before, _ := p.resident()
	began := time.Now()
	accepted := 0
	p.track(order{Prefix: "e", Number: events, Pad: 20, Batch: 1_000, Quiet: true}, func(a answer) {
		if a.Accepted {
			accepted++
		}
	})
	if accepted != events/1_000 {
		t.Fatalf("%d batches were accepted", accepted)
	}
	took := time.Since(began)
	at := scrape(t, p.url)
	at.balanced(t)
	if at.Pending() != events {
		t.Errorf("%d pending", at.Pending())
	}
	_, most := p.resident()
	check := func(what string, before, most int) string {
		if most-before > mostMemory {
			t.Errorf("%s took %d MiB of memory beyond the %d at the start, want at most %d", what, most-before, before, mostMemory)
		}
		return fmt.Sprintf("%d MiB at the start and at most %d", before, most)
	}
	t.Logf("tracked in %v: %s; the journal has %.0f MiB", took.Round(time.Millisecond), check("tracking", before, most),
		at.Sum("otelanalytics_journal_size_bytes")/(1<<20))
	p.kill()

	p = run(t, s) // reads and verifies all of the journal
	_, most = p.resident()
	opened := check("opening", before, most) // before: that of the first process, whose journal was empty
	began = time.Now()
	server.Up()
	p.flush()
	took = time.Since(began)
	at = scrape(t, p.url)
	at.balanced(t)
	_, most = p.resident()
	t.Logf("opened: %s; delivered in %v: %s", opened, took.Round(time.Millisecond), check("delivering", before, most))
	server.Down() // no command is under way any more
	if total != events || wrong > 0 {
		t.Errorf("%d of %d documents came, and %d that were there or are none", total, events, wrong)
	}
}
