// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"sync"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/faultfs"
	"github.com/otelanalytics/otelanalytics-go/eventstore/internal/journal/filesystem"
)

// placing is a file system that stops each write to the tail that has a text in it, until it is told how the write ends.
type placing struct {
	*faultfs.FS
	stops map[string]*stop
}

// stop is where a write waits.
type stop struct {
	once    sync.Once
	entered chan struct{} // closed when it is there
	end     chan error    // nil has it happen
}

func newPlacing(texts ...string) *placing {
	p := &placing{FS: faultfs.New(), stops: make(map[string]*stop)}
	for _, text := range texts {
		p.stops[text] = &stop{entered: make(chan struct{}), end: make(chan error, 1)}
	}
	return p
}

func (p *placing) Map(name string, size int64) (filesystem.Mapping, error) {
	m, err := p.FS.Map(name, size)
	if err != nil {
		return nil, err
	}
	return placingFile{m, p}, nil
}

type placingFile struct {
	filesystem.Mapping
	files *placing
}

func (f placingFile) Place(p []byte, zeros int, offset int64) (err error) {
	for text, s := range f.files.stops {
		if bytes.Contains(p, []byte(text)) {
			s.once.Do(func() {
				close(s.entered)
				err = <-s.end
			})
		}
	}
	if err != nil {
		return err
	}
	return f.Mapping.Place(p, zeros, offset)
}

// attempt is an append that is under way.
type attempt struct {
	payload []byte
	seq     uint64
	err     error
	done    chan struct{}
}

func begin(j *journal.Journal, name string) *attempt {
	a := &attempt{payload: payload(name, 300), done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.seq, a.err = j.Append(a.payload)
	}()
	return a
}

// Records are made side by side. None is in the file, and no append returns, before the record in front of it is there: a process
// that dies leaves no gap. A record that cannot be put into the file takes those behind it along, and all of them go to the
// segment in its place.
func TestRecordsSideBySide(t *testing.T) {
	for _, tt := range []struct {
		name          string
		first, second error // of the writes of two records to the tail
	}{
		{"both are written", nil, nil},
		{"the first fails", syscall.EIO, nil},
		{"the second fails", nil, syscall.EIO},
		{"both fail", syscall.EIO, syscall.EIO},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := newPlacing("one", "two")
			o := large(nil)
			o.FS = files
			j := open(t, o)
			fill(t, j, 2, 300)
			parked(1, "(*Journal).run", "select") // which has closed the window since
			fill(t, j, 1, 300)
			one := begin(j, "one")
			<-files.stops["one"].entered
			two := begin(j, "two")
			<-files.stops["two"].entered
			files.stops["two"].end <- tt.second
			parked(1, "(*window).await", "")
			wantRecovered(t, files.FS, 3)
			select {
			case <-two.done:
				t.Fatalf("record %d was accepted behind a gap: %v", two.seq, two.err)
			default:
			}
			looked := make(chan journal.Stats)
			go func() { looked <- j.Stats() }()
			files.stops["one"].end <- tt.first
			<-one.done
			<-two.done
			if n := (<-looked).LastSeq; n < 3 || n > 5 {
				t.Errorf("somebody who looked saw %d records", n)
			}
			if one.err != nil || two.err != nil {
				t.Fatalf("%v, %v", one.err, two.err)
			}
			if one.seq+two.seq != 4+5 {
				t.Errorf("records %d and %d, want 4 and 5 in any order", one.seq, two.seq)
			}
			wantRecovered(t, files.FS, 5)
			fill(t, j, 3, 300)
			wantRecovered(t, files.FS, 8)
			got := drain(t, j.NewReader())
			for _, a := range []*attempt{one, two} {
				if p := got.payloads[a.seq-1]; !bytes.Equal(p, a.payload) {
					t.Errorf("record %d is %.10q, want %.10q", a.seq, p, a.payload)
				}
			}
		})
	}
}

// wantRecovered wants a process that comes after a kill at this moment to find so many records.
func wantRecovered(t *testing.T, files *faultfs.FS, n uint64) {
	t.Helper()
	_, next := killed(t, files)
	defer next.Close()
	if rec := next.Recovery(); rec.Recovered != n || rec.Lost != 0 || len(rec.Damage) != 0 {
		t.Fatalf("after a kill: %+v, want %d records", rec, n)
	}
}
