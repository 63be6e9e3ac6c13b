// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// life is one run of one process, as far as Prometheus has seen it within the range.
type life struct {
	job, instance string
	id            string // service.instance_id of its documents
	start         int64  // milliseconds: when its client was made, or when the process began; 0 when nobody knows
	exact         bool   // the first of the two: no earlier document is its own
	first, last   int64  // its first and last scrape
	firstClock    int64  // the page's own clock then
	lastClock     int64
	delay         int64 // the longest time from acceptance to recording
	fresh         bool  // it began within the range: its series began at zero
	ended         bool  // another life follows it, or it was not scraped any more
	followed      bool  // another life follows it, which has what it left in the journal
	down          bool  // its target was down behind its last scrape

	growth  map[key]float64    // from Prometheus
	buckets map[bucket]float64 // from Prometheus, too; those that it has
	facts   *evidence          // from documents
	page    own                // from Prometheus
}

// name names a life: by its target, and by what it does not share with other lives of the target.
func (l *life) name() string {
	name := l.job + " " + l.instance
	if l.id != "" {
		name += " " + l.id
	}
	if l.start != 0 {
		name += " started " + time.UnixMilli(l.start).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return name
}

// key is a measure of a series: the name of its samples, and its labels.
type key struct{ measure, labels string }

// The metrics of a page that tell lives apart.
const (
	targetInfo   = "target_info"
	instanceID   = "service_instance_id"
	processStart = "process_start_time_seconds"
	clientStart  = "otelanalytics_start_seconds"        // behind a namespace
	pageClock    = "otelanalytics_clock_seconds"        // behind a namespace
	recordDelay  = "otelanalytics_record_delay_seconds" // behind a namespace
)

// server is a Prometheus with the selector that leaves the service's series.
type server struct {
	url      *url.URL
	selector string // labels, without braces
	prefix   string // of names, with its underscore
	from, to time.Time
}

func (s *server) raw(ctx context.Context, name string) ([]promapi.Series, error) {
	return promapi.Raw(ctx, s.url, name+"{"+s.selector+"}", s.from, s.to)
}

// at returns the last sample that is not later than a time.
func at(samples []promapi.Sample, t int64) (promapi.Sample, bool) {
	i, found := slices.BinarySearchFunc(samples, t, func(s promapi.Sample, t int64) int { return cmp.Compare(s.At, t) })
	if !found {
		i--
	}
	if i < 0 {
		return promapi.Sample{}, false
	}
	return samples[i], true
}

// target names what is scraped.
type target struct{ job, instance string }

func targetOf(labels map[string]string) target { return target{labels["job"], labels["instance"]} }

// byTarget sorts the samples of single series by their target.
func (s *server) byTarget(ctx context.Context, name string) (map[target][]promapi.Sample, error) {
	all, err := s.raw(ctx, name)
	found := make(map[target][]promapi.Sample, len(all))
	for _, series := range all {
		found[targetOf(series.Labels)] = series.Samples
	}
	return found, err
}

// lives returns the lives that Prometheus has seen.
func (s *server) lives(ctx context.Context) ([]*life, error) {
	infos, err := s.raw(ctx, targetInfo)
	if err != nil {
		return nil, err
	}
	var more [5]map[target][]promapi.Sample
	for i, name := range []string{processStart, s.prefix + pageClock, s.prefix + recordDelay, "up", s.prefix + clientStart} {
		if more[i], err = s.byTarget(ctx, name); err != nil {
			return nil, err
		}
	}
	starts, clocks, delays, ups, clients := more[0], more[1], more[2], more[3], more[4]
	var all []*life
	for _, info := range infos {
		id := info.Labels[instanceID]
		if id == "" {
			continue
		}
		on := targetOf(info.Labels)
		var current *life
		for _, sample := range info.Samples {
			start, exact := int64(0), false
			if began, ok := at(starts[on], sample.At); ok {
				start = int64(began.Value * 1000)
			}
			if began, ok := at(clients[on], sample.At); ok && began.At == sample.At {
				start, exact = int64(began.Value*1000), true
			}
			// A kernel's clock may give one process two times, some milliseconds apart.
			if current == nil || abs(current.start-start) > 500 {
				current = &life{
					job: on.job, instance: on.instance, id: id, start: start, exact: exact, first: sample.At,
					growth: map[key]float64{}, buckets: map[bucket]float64{},
				}
				current.fresh = start >= s.from.UnixMilli()
				all = append(all, current)
			}
			current.last = sample.At
		}
	}
	for _, l := range all {
		on := target{l.job, l.instance}
		l.firstClock, l.lastClock = l.first, l.last
		if c, ok := at(clocks[on], l.first); ok && c.At == l.first {
			l.firstClock = int64(c.Value * 1000)
		}
		if c, ok := at(clocks[on], l.last); ok && c.At == l.last {
			l.lastClock = int64(c.Value * 1000)
		}
		if d, ok := at(delays[on], l.last); ok {
			l.delay = int64(d.Value*1000) + 1
		}
		if up, ok := at(ups[on], s.to.UnixMilli()); ok && up.At > l.last {
			l.ended, l.down = true, up.Value == 0
		}
		for _, other := range all {
			l.followed = l.followed || other != l && other.job == l.job && other.instance == l.instance && other.first > l.last
		}
		l.ended = l.ended || l.followed
	}
	slices.SortFunc(all, func(a, b *life) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.start, b.start), cmp.Compare(a.first, b.first))
	})
	return all, nil
}

func abs(n int64) int64 { return max(n, -n) }
