// SPDX-License-Identifier: Apache-2.0

package eventstore_test

import (
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// seamed is a client whose journal is on a file system that fails when it is told to.
type seamed struct {
	*servicetest.Service
	t      *testing.T
	client *otelanalytics.Client

	accepted, refused, durable map[string]bool // names of events
}

func newSeamed(t *testing.T, sink eventstore.Sink, dir string, files *faultfs.FS) *seamed {
	t.Helper()
	store, err := eventstore.OpenOn(sink, eventstore.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)}, files)
	if err != nil {
		t.Fatal(err)
	}
	s := servicetest.Start(t, servicetest.Config{
		Map: servicetest.Map(t, "version: 1\nevents: {e: {}}\n"), Client: []otelanalytics.Option{otelanalytics.WithStore(store)},
	})
	s.Abandon = true
	return &seamed{Service: s, t: t, client: s.Client, accepted: map[string]bool{}, refused: map[string]bool{}, durable: map[string]bool{}}
}

// track tracks n events and returns the first error.
func (s *seamed) track(prefix string, n, pad int, ack otelanalytics.Ack) (first error) {
	s.t.Helper()
	for i := range n {
		name := fmt.Sprintf("%s-%d", prefix, i)
		err := s.client.Track(s.t.Context(), otelanalytics.Event{Type: "e", Data: map[string]any{"name": name, "pad": make([]byte, pad)}}, otelanalytics.WithAck(ack))
		switch {
		case err == nil && ack == otelanalytics.AckSynced:
			s.durable[name], s.accepted[name] = true, true
		case err == nil, errors.Is(err, otelanalytics.ErrNotDurable):
			s.accepted[name] = true
		default:
			s.refused[name] = true
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// balanced delivers everything, and holds the page against the sum.
func (s *seamed) balanced() {
	s.t.Helper()
	s.Flush(s.t)
	page := servicetest.Read(s.t, s.Page)
	page.Balanced(s.t)
	if page.Events("accepted") != int64(len(s.accepted)) || page.Events("rejected") != int64(len(s.refused)) {
		s.t.Errorf("%d accepted and %d refused; the page says %d and %d",
			len(s.accepted), len(s.refused), page.Events("accepted"), page.Events("rejected"))
	}
}

func storedNames(t *testing.T, sink *memsink.Sink) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, e := range sink.Events() {
		name := bson.Raw(e.Document).Lookup("event_data", "name").StringValue()
		if names[name] {
			t.Errorf("%s is stored twice", name)
		}
		names[name] = true
	}
	return names
}

// TestFailingDisk has one operation of the disk fail for a while: who is told that an event is accepted, finds it in
// the sink; who waits for an fsync that fails is told; nothing that was refused appears; afterwards all is well again.
func TestFailingDisk(t *testing.T) {
	for _, c := range []struct {
		name  string
		kind  faultfs.Kind
		fault faultfs.Fault
		ack   otelanalytics.Ack
		want  error
	}{
		{"fsync fails", faultfs.Sync, faultfs.Fault{Err: syscall.EIO}, otelanalytics.AckSynced, otelanalytics.ErrNotDurable},
		{"fsync of the directory fails", faultfs.SyncDir, faultfs.Fault{Err: syscall.EIO}, otelanalytics.AckSynced, otelanalytics.ErrNotDurable},
		{"fsync fails, and nobody waits", faultfs.Sync, faultfs.Fault{Err: syscall.EIO}, otelanalytics.AckWritten, nil},
		{"disk full in mid-write", faultfs.Write, faultfs.Fault{Err: syscall.ENOSPC, Bytes: 100}, otelanalytics.AckWritten, syscall.ENOSPC},
		{"disk full, nothing written", faultfs.Write, faultfs.Fault{Err: syscall.ENOSPC}, otelanalytics.AckSynced, syscall.ENOSPC},
		{"the disk fails in mid-write", faultfs.Write, faultfs.Fault{Err: syscall.EIO, Bytes: 70_000}, otelanalytics.AckWritten, syscall.EIO},
		{"read-only", faultfs.Create, faultfs.Fault{Err: syscall.EROFS}, otelanalytics.AckWritten, syscall.EROFS},
		{"no descriptors left", faultfs.Create, faultfs.Fault{Err: syscall.EMFILE}, otelanalytics.AckWritten, syscall.EMFILE},
	} {
		t.Run(c.name, func(t *testing.T) {
			sink, files := memsink.New(), faultfs.New()
			s := newSeamed(t, sink, t.TempDir(), files)
			const pad = 3_000
			// The first event makes a file, whose entry in the directory is made durable once.
			if c.kind != faultfs.SyncDir && c.kind != faultfs.Create {
				if err := s.track("before", 10, pad, otelanalytics.AckSynced); err != nil {
					t.Fatal(err)
				}
			}
			failed := make(chan struct{}, 1)
			files.SetHook(func(op faultfs.Op) *faultfs.Fault {
				if op.Kind != c.kind || c.kind == faultfs.Write && op.Len < pad { // the checkpoint's are short
					return nil
				}
				select {
				case failed <- struct{}{}:
				default:
				}
				return &c.fault
			})
			err := s.track("while", 20, pad, c.ack)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			select {
			case <-failed: // the background's fsync, too
			case <-time.After(time.Minute):
				t.Error("nothing failed: nothing was tested")
			}
			files.SetHook(nil)
			// Until the failure is settled, what is tracked goes into the same file.
			if err := s.track("meanwhile", 1, pad, otelanalytics.AckSynced); err != nil && !errors.Is(err, otelanalytics.ErrNotDurable) {
				t.Errorf("meanwhile: %v", err)
			}
			if err := s.track("after", 10, pad, otelanalytics.AckSynced); err != nil {
				t.Errorf("afterwards: %v", err)
			}
			s.balanced()
			stored := storedNames(t, sink)
			for name := range s.accepted {
				if !stored[name] {
					t.Errorf("%s was accepted and is not stored", name)
				}
			}
			for name := range s.refused {
				if stored[name] {
					t.Errorf("%s was refused and is stored", name)
				}
			}
		})
	}
}

// TestPowerLoss takes the power away from a service that cannot reach its sink, in every way that the file system knows,
// and starts another one on what is left.
func TestPowerLoss(t *testing.T) {
	for _, loss := range faultfs.Losses() {
		t.Run(loss.Name, func(t *testing.T) {
			sink, files := memsink.New(), faultfs.New()
			dir := t.TempDir()
			before := newSeamed(t, new(away), dir, files)
			for i, ack := range []otelanalytics.Ack{otelanalytics.AckSynced, otelanalytics.AckWritten, otelanalytics.AckSynced, otelanalytics.AckWritten} {
				if err := before.track(fmt.Sprint(i), 30, 5_000, ack); err != nil {
					t.Fatal(err)
				}
			}
			after := newSeamed(t, sink, dir, files.After(loss, 5))
			if err := after.track("after", 30, 5_000, otelanalytics.AckSynced); err != nil {
				t.Fatal(err)
			}
			after.balanced()
			stored := storedNames(t, sink)
			for name := range before.durable {
				if !stored[name] {
					t.Errorf("%s was durable and is not stored", name)
				}
			}
			for name := range after.accepted {
				if !stored[name] {
					t.Errorf("%s was accepted afterwards and is not stored", name)
				}
			}
			for name := range stored {
				if !before.accepted[name] && !after.accepted[name] {
					t.Errorf("%s is stored, and nobody tracked it", name)
				}
			}
			if len(before.durable) != 60 {
				t.Errorf("%d durable events, want 60", len(before.durable))
			}
		})
	}
}
