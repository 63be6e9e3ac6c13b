// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/eventstore/memsink"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/historytest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/uniques"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

// instance is a service with a random map, which keeps its events in memory.
type instance struct {
	*servicetest.Service
	sink    *memsink.Sink
	counter *uniques.Counter // nil: nothing counts different values
}

func newInstance(t *testing.T, m *eventmap.Map) *instance {
	t.Helper()
	i := &instance{sink: memsink.New()}
	var sink eventstore.Sink = i.sink
	quiet := slog.New(slog.DiscardHandler)
	if metrics := uniques.FromMap(m); len(metrics) > 0 {
		var err error
		if i.counter, err = uniques.New(uniques.Config{Metrics: metrics, Key: make([]byte, uniques.MinKey), Records: new(recordstore.Memory), Logger: quiet}); err != nil {
			t.Fatal(err)
		}
		sink = i.counter.Around(sink)
	}
	store, err := eventstore.Open(t.Context(), sink, eventstore.Config{Storage: eventstore.Memory, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	i.Service = servicetest.Start(t, servicetest.Config{Map: m, Client: []otelanalytics.Option{otelanalytics.WithStore(store), otelanalytics.WithRedactKey(make([]byte, 32))}})
	return i
}

// track tracks one random event, or two of them, by one of the doors.
func (i *instance) track(t *testing.T, r historytest.Random) {
	t.Helper()
	var options []otelanalytics.TrackOption
	if r.IntN(20) == 0 {
		options = append(options, otelanalytics.WithoutMetrics())
	}
	var err error
	switch r.IntN(4) {
	case 0:
		err = i.Client.Module([]string{"shop", "game"}[r.IntN(2)]).Track(t.Context(), r.Event(), options...)
	case 1:
		err = i.Client.TrackBatch(t.Context(), []otelanalytics.Event{r.Event(), r.Event()}, options...)
	default:
		err = i.Client.Track(t.Context(), r.Event(), options...)
	}
	if err != nil && !errors.Is(err, otelanalytics.ErrUnknownEvent) {
		t.Fatal(err)
	}
}

// page returns what the page has of the map's metrics, and what readings of different values would set.
func (i *instance) page(t *testing.T, m *eventmap.Map) map[string]float64 {
	t.Helper()
	page := servicetest.Read(t, i.Page).Values("m")
	if i.counter == nil {
		return page
	}
	numbers, err := i.counter.Numbers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range numbers {
		labels := map[string]string{}
		metric, _ := m.Metric(n.Metric)
		for a := 0; a < len(n.Attributes); a += 2 {
			at := slices.IndexFunc(metric.Attributes, func(x eventmap.Attribute) bool { return x.Name == n.Attributes[a] })
			labels[metric.Attributes[at].PrometheusLabel()] = n.Attributes[a+1]
		}
		page[servicetest.Series(metric.PrometheusName(), labels)] = float64(n.Value)
	}
	return page
}

// documents is a source in memory.
type documents []bson.Raw

func (d documents) Each(_ context.Context, from, to int64, f func(bson.Raw) error) error {
	for _, doc := range d {
		if at := receivedAt(doc); at >= from && at < to {
			if err := f(doc); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d documents) First(_ context.Context, from, to int64) (int64, bool, error) {
	for _, doc := range d {
		if at := receivedAt(doc); at >= from && at < to {
			return at, true, nil
		}
	}
	return 0, false, nil
}

func receivedAt(doc bson.Raw) int64 { return int64(doc.Lookup(eventdoc.FieldReceivedAt).DateTime()) }

// backfilled returns the last sample of each series of a backfill, and which metrics it has left out.
func backfilled(t *testing.T, m *eventmap.Map, docs documents) (map[string]float64, choice, tally) {
	t.Helper()
	o := &settings{out: t.TempDir(), by: eventdoc.FieldReceivedAt}
	c, err := o.choose(m)
	if err != nil {
		return nil, c, tally{} // no metric has documents
	}
	first, last := receivedAt(docs[0]), receivedAt(docs[len(docs)-1])
	g := grid{floor(first, 1000) * 1000, floor(last, 1000)*1000 + 2000, 1000}
	r, err := newRun(m, c, o, g, state{Version: stateVersion, Files: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	r.stream, r.target, r.progress = docs, &files{o.out, true}, cli.NewProgress(&cobra.Command{}, 0, "")
	if r.past != nil {
		r.past.stream = docs
		if r.begin, err = r.past.begin(t.Context(), g.from); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.do(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The last sample of each series, as a page.
	latest, types := map[string]string{}, ""
	for _, name := range r.state.Files {
		text, err := os.ReadFile(filepath.Join(o.out, name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			if kind, ok := strings.CutPrefix(line, "# TYPE "); ok {
				kind = strings.Replace(kind, " counter", "_total counter", 1)
				if !strings.Contains(types, kind) {
					types += "# TYPE " + kind + "\n"
				}
			}
			if sample, at, _ := cutLast(line); !strings.HasPrefix(line, "#") && at == fmt.Sprint(g.at(g.steps()-1)/1000) {
				series, _, _ := cutLast(sample)
				latest[series] = sample
			}
		}
	}
	page := types + strings.Join(slices.Collect(maps.Values(latest)), "\n") + "\n"
	return servicetest.Read(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(page)) })).Values("m"), c, r.state.Tally
}

// only leaves the series of metrics that were backfilled.
func only(page map[string]float64, c choice) {
	maps.DeleteFunc(page, func(series string, _ float64) bool {
		return !slices.ContainsFunc(c.metrics, func(m *eventmap.Metric) bool { return of(series, m) })
	})
}

// of reports whether a series is one of a metric.
func of(series string, m *eventmap.Metric) bool {
	name, _, _ := strings.Cut(series, "{")
	for _, suffix := range []string{"", "_bucket", "_count", "_sum"} {
		if name == m.PrometheusName()+suffix {
			return true
		}
	}
	return false
}

const sameHistories = 40

// TestBackfillIsTheLivePage has a service with a random map track random events: at their end, the files have what the page has, to the last
// bit of an integer. Whatever was beyond a limit is the same, since the documents come in the order in which one process accepted them.
func TestBackfillIsTheLivePage(t *testing.T) {
	seed := rand.Uint64()
	kinds, overflowed := map[eventmap.Instrument]int{}, 0
	for n := range sameHistories {
		r := historytest.Random{Rand: rand.New(rand.NewPCG(seed, uint64(n)))}
		m, text := r.Map(t)
		live := newInstance(t, m)
		for range 150 {
			live.track(t, r)
		}
		live.Flush(t)
		got, c, tally := backfilled(t, m, stored(live))
		want := live.page(t, m)
		only(want, c)
		for _, metric := range c.metrics {
			kinds[metric.Instrument]++
		}
		overflowed += len(tally.Overflow)
		if diff := cmp.Diff(want, got, cmp.Comparer(alike)); diff != "" {
			t.Fatalf("seed %d, history %d: (-live +backfilled)\n%s\n%s", seed, n, diff, text)
		}
	}
	if len(kinds) < 6 || overflowed < sameHistories/2 {
		t.Errorf("%v instruments, %d attributes beyond a bound: too few to show anything", kinds, overflowed)
	}
}

// stored returns the documents of instances in the order of received_at.
func stored(all ...*instance) (docs documents) {
	for _, i := range all {
		for _, e := range i.sink.Events() {
			docs = append(docs, bson.Raw(e.Document))
		}
	}
	slices.SortStableFunc(docs, func(a, b bson.Raw) int { return int(receivedAt(a) - receivedAt(b)) })
	return docs
}

func alike(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}

// TestBackfillOfTwoInstances: which values became other at one of two instances depends on what it has met. Summed over the attributes
// with a limit, counters and histograms of both pages are what the files have.
func TestBackfillOfTwoInstances(t *testing.T) {
	seed := rand.Uint64()
	summed := 0
	for n := range sameHistories / 2 {
		r := historytest.Random{Rand: rand.New(rand.NewPCG(seed, uint64(n))), Modest: true}
		m, text := r.Map(t)
		both := []*instance{newInstance(t, m), newInstance(t, m)}
		for range 150 {
			both[r.IntN(2)].track(t, r)
		}
		want := map[string]float64{}
		for _, i := range both {
			i.Flush(t)
			for series, v := range i.page(t, m) {
				want[series] += v
			}
		}
		got, c, _ := backfilled(t, m, stored(both...))
		c.metrics = slices.DeleteFunc(c.metrics, func(m *eventmap.Metric) bool { return m.Instrument.IsGauge() })
		only(want, c)
		only(got, c)
		want, got = withoutLimits(want, c, &summed), withoutLimits(got, c, &summed)
		if diff := cmp.Diff(want, got, cmp.Comparer(alike)); diff != "" {
			t.Fatalf("seed %d, history %d: (-live +backfilled)\n%s\n%s", seed, n, diff, text)
		}
	}
	if summed == 0 {
		t.Error("no attribute had a limit")
	}
}

// withoutLimits sums over the attributes that have a limit.
func withoutLimits(page map[string]float64, c choice, summed *int) map[string]float64 {
	sums := map[string]float64{}
	for series, v := range page {
		for _, m := range c.metrics {
			if !of(series, m) {
				continue
			}
			for _, a := range m.Attributes {
				if a.Limit == 0 {
					continue
				}
				if before, behind, ok := strings.Cut(series, a.PrometheusLabel()+`="`); ok {
					end := strings.Index(behind, `"`)
					series = before + behind[end+1:]
					*summed++
				}
			}
		}
		if v != 0 {
			sums[series] += v
		}
	}
	return sums
}
