// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestDiskFull fills the disk under a service while MongoDB is away, and makes room again.
func TestDiskFull(t *testing.T) {
	for _, ack := range []string{"written", "synced"} {
		t.Run(ack, func(t *testing.T) {
			d := mounted(t, 8<<20)
			server := wireserver.Start(t)
			server.Down()
			s := start(t, settings{URI: server.ImpatientURI(), Dir: d.data()})
			s.accepts(order{Prefix: "before", Number: 300, Pad: -1, Ack: ack})
			if err := d.fill(); err != nil {
				t.Fatal(err)
			}
			var first error
			// What fits into the room that the journal had reserved is still taken.
			for i, refused := 0, 0; i < 1000 && refused < 20; i++ {
				s.track(t.Context(), order{Prefix: fmt.Sprintf("full%d-", i), Number: 5, Pad: 3_000, Ack: ack}, func(name string, err error) {
					s.truth.heard(name, err)
					if first == nil {
						first = err
					}
				})
				if first != nil {
					refused++
				}
			}
			if !errors.Is(first, syscall.ENOSPC) {
				t.Fatalf("on a full disk Track returned %v, want ENOSPC", first)
			}
			if h := s.client.Health(t.Context()); h.Status != otelanalytics.StatusUnavailable || !strings.Contains(h.JournalError, "no space left") {
				t.Errorf("health on a full disk: %+v", h)
			}
			if err := d.free(); err != nil {
				t.Fatal(err)
			}
			s.accepts(order{Prefix: "after", Number: 300, Pad: -1, Ack: ack})
			if h := s.client.Health(t.Context()); h.JournalError != "" {
				t.Errorf("health once there is room: %+v", h)
			}
			if err := d.fill(); err != nil { // and MongoDB comes back while it is full: it drains all the same
				t.Fatal(err)
			}
			server.Up()
			s.settled(func() map[string]int { return storedOf(server.Documents()) })
		})
	}
}

// TestReadOnlyDirectory starts services on a read-only file system: without a journal there, and with one that has
// events. It says so, and what is there is delivered once the file system can be written. In mid-run a file system with
// a file that is open for writing does not become read-only.
func TestReadOnlyDirectory(t *testing.T) {
	d := mounted(t, 64<<20)
	server := wireserver.Start(t)
	c := settings{URI: server.ImpatientURI(), Dir: d.data()}
	refused := func() {
		t.Helper()
		if err := d.readOnly(true); err != nil {
			t.Fatal(err)
		}
		if _, err := newHost(t.Context(), c, new(servicetest.Log)); !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), d.data()) {
			t.Errorf("got %v, want an error that says read-only and names the directory", err)
		}
		if err := d.readOnly(false); err != nil {
			t.Fatal(err)
		}
	}
	refused()
	server.Down()
	s := start(t, c)
	s.accepts(order{Prefix: "before", Number: 100, Pad: 1_000, Ack: "synced"})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.client.Shutdown(ctx); !errors.Is(err, otelanalytics.ErrPending) {
		t.Fatal(err)
	}
	refused()
	server.Up()
	again := start(t, c)
	again.flush()
	scrape(t, again.url).balanced(t)
	s.truth.check(t, storedOf(server.Documents()), 0)
}

// TestNoDescriptors has a process use up its descriptors, and track until the journal needs a new file.
func TestNoDescriptors(t *testing.T) {
	server := wireserver.Start(t)
	server.Down()
	truth := newTruth()
	p := run(t, settings{URI: server.ImpatientURI(), Dir: t.TempDir()})
	p.track(order{Prefix: "before", Number: 100, Pad: 1_000}, truth.heardFrom)
	if said := p.get("/descriptors?limit=64"); !strings.Contains(said, "too many open files") {
		t.Fatalf("the descriptors are not used up: %s", said)
	}
	var refusals []string
	hear := func(a answer) {
		truth.heardFrom(a)
		if !a.Accepted {
			refusals = append(refusals, a.Error)
		}
	}
	// The connection of the last request is there for this one.
	p.track(order{Prefix: "without", Number: 40, Pad: 1 << 20}, hear)
	if len(refusals) == 0 || !strings.Contains(refusals[0], "too many open files") {
		t.Fatalf("%d refusals: %v", len(refusals), refusals)
	}
	p.get("/descriptors?release=1")
	refusals = nil
	p.track(order{Prefix: "after", Number: 40, Pad: 1 << 20}, hear)
	if len(refusals) > 0 {
		t.Errorf("refused although there are descriptors again: %v", refusals)
	}
	server.Up()
	p.flush()
	scrape(t, p.url).balanced(t)
	truth.check(t, storedOf(server.Documents()), 0)
}
