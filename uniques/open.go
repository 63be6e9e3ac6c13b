// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"math"
	"sync"
	"time"

	"github.com/otelanalytics/otelanalytics-go/uniques/internal/bucket"
	"github.com/otelanalytics/otelanalytics-go/uniques/internal/sketch"
)

// The bounds of the open sketches, in bytes.
const (
	saveBytes = 8 << 20
	maxBytes  = 16 << 20
)

// never is the time, in milliseconds since 1970, of a thing that has none.
const never = math.MaxInt64

// open holds the values that this process has counted and not saved, and everything that holds the lease back. Times
// are in milliseconds since 1970.
type open struct {
	mu       sync.Mutex // guards everything below
	sketches map[place]*openSketch
	flights  map[*flight]struct{}
	doubts   map[[16]byte]doubt
	owed     int64 // documents from then on were dropped, and are owed a mark; never without any
	// persisted and intended are the lease's from: as it is in the database, and as it is about to be; never without one.
	persisted, intended int64
}

// openSketch is a sketch of this process.
type openSketch struct {
	sketch *sketch.Sketch
	record string // of the latest save, "" before the first
	low    int64  // of what was added since the latest save began, never when nothing was
	saving int64  // of what is in a save that is under way
}

// flight is a delivery that is under way.
type flight struct{ low int64 }

// doubt is an event that was offered to the sink and has no final verdict.
type doubt struct {
	low int64
	at  time.Time // of the latest offer
}

func (o *open) init() {
	o.sketches = make(map[place]*openSketch)
	o.flights = make(map[*flight]struct{})
	o.doubts = make(map[[16]byte]doubt)
	o.owed, o.persisted, o.intended = never, never, never
}

// counted is one value of one event.
type counted struct {
	place place
	hash  uint64
}

// add adds values of an event that was received at low. The caller holds mu.
func (o *open) add(values []counted, low int64) {
	for _, v := range values {
		s := o.sketches[v.place]
		if s == nil {
			s = &openSketch{sketch: sketch.New(), low: never, saving: never}
			o.sketches[v.place] = s
		}
		s.sketch.Add(v.hash)
		s.low = min(s.low, low)
	}
}

// bytes estimates the memory of the sketches. The caller holds mu.
func (o *open) bytes() (n int) {
	for _, s := range o.sketches {
		n += s.sketch.Bytes()
	}
	return n
}

// covered returns the oldest time that a lease has to cover; never without any. The caller holds mu.
func (o *open) covered() int64 {
	low := o.owed
	for f := range o.flights {
		low = min(low, f.low)
	}
	for _, d := range o.doubts {
		low = min(low, d.low)
	}
	for _, s := range o.sketches {
		low = min(low, s.low, s.saving)
	}
	return low
}

// shed drops everything that is not saved. The caller holds mu.
func (o *open) shed() {
	for p, s := range o.sketches {
		o.owed = min(o.owed, s.low, s.saving)
		delete(o.sketches, p)
	}
}

// forget drops the sketches that are saved and will hardly get more. The caller holds mu.
func (o *open) forget(now time.Time) {
	for p, s := range o.sketches {
		recent := p.bucket.Length == bucket.Hour && p.bucket.End().Add(bucket.Hour).After(now)
		if !recent && s.low == never && s.saving == never {
			delete(o.sketches, p)
		}
	}
}
