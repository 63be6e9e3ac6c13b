// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// world is one life with one metric, of which the documents are read at the four times. One type of event, sold, feeds it.
type world struct {
	life     life
	grown    float64
	read     [4]float64
	final    float64
	accepted float64 // by the page; 0: as many as there are documents
	docs     float64 // 0: as many as read says
	causes   map[cause]float64
	deleted  float64
	feed     feed // one record that adds 1, when it is zero

	violated, recovered float64 // events quarantined for the map; put back behind the first scrape
}

var k = key{"sales_total", ""}

func (w world) documents() *documents {
	l := w.life
	l.growth = map[key]float64{k: w.grown}
	docs := w.docs
	if docs == 0 {
		docs = w.read[2]
	}
	if w.accepted == 0 {
		w.accepted = docs
	}
	l.first, l.last = 1000, 2000
	l.page = newOwn()
	l.page.accepted["sold"], l.page.causes = []promapi.Sample{{At: 2000, Value: w.accepted}}, w.causes
	l.page.violated["sold"], l.page.recovered, l.page.putBack = w.violated, w.recovered, w.recovered
	l.facts = &evidence{final: map[key]float64{k: w.final}, accepted: map[string]float64{}, old: map[string]float64{}}
	for i, v := range w.read {
		l.facts.read[i] = map[key]float64{k: v}
		l.facts.acceptedRead[i] = map[string]float64{"sold": v}
	}
	l.facts.acceptedRead[2]["sold"] = docs
	if !l.fresh {
		l.page.accepted["sold"] = []promapi.Sample{{At: 1000, Value: 0}, {At: 2000, Value: w.accepted}}
	}
	if w.feed == (feed{}) {
		w.feed = feed{1, 1}
	}
	return &documents{lives: []*life{&l}, deleted: w.deleted, metrics: map[string]*metric{
		"sales_total": {declared: "sales", name: "sales_total", measures: []string{"sales_total"}, feeds: map[string]feed{"sold": w.feed}},
	}}
}

// TestCompare has a difference of each kind, alone and beside one that nothing explains.
func TestCompare(t *testing.T) {
	fresh := life{fresh: true}
	seven := [4]float64{0, 0, 7, 7}
	for name, c := range map[string]struct {
		world
		explained   []because
		unexplained float64
	}{
		"equal":                      {world{life: fresh, grown: 7, read: seven, final: 7}, nil, 0},
		"a scrape between two":       {world{life: fresh, grown: 6, read: [4]float64{0, 0, 5, 7}, final: 7}, []because{{reasonAfter, "", -1}}, 0},
		"one too many":               {world{life: fresh, grown: 8, read: seven, final: 7}, nil, 1},
		"one too few":                {world{life: fresh, grown: 6, read: seven, final: 7}, nil, -1},
		"killed behind the scrape":   {world{life: life{fresh: true, ended: true}, grown: 7, read: seven, final: 10}, []because{{reasonEnded, "", -3}}, 0},
		"down behind the scrape":     {world{life: life{fresh: true, ended: true, down: true}, grown: 7, read: seven, final: 10}, []because{{reasonDown, "", -3}}, 0},
		"killed, and one too many":   {world{life: life{fresh: true, ended: true}, grown: 9, read: [4]float64{0, 0, 7, 8}, final: 10}, []because{{reasonEnded, "", -2}}, 1},
		"it ran before":              {world{grown: 4, read: [4]float64{2, 2, 6, 6}, final: 9}, []because{{reasonBefore, "", -2}, {reasonAfter, "", -3}}, 0},
		"it ran before, between two": {world{grown: 5, read: [4]float64{2, 3, 6, 8}, final: 8}, []because{{reasonBefore, "", -2}, {reasonAfter, "", -1}}, 0},
		"rounding":                   {world{life: fresh, grown: 0.1 + 0.2, read: [4]float64{0, 0, 0.3, 0.3}, final: 0.3}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) { check(t, c.world, c.explained, c.unexplained) })
	}
}

// check compares, and wants one row.
func check(t *testing.T, w world, explained []because, unexplained float64) {
	t.Helper()
	rows := compare(w.documents())
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	want := &row{Series: "sales_total", Documents: w.final, Prometheus: w.grown, Explained: append([]because{}, explained...), Unexplained: unexplained}
	if unexplained != 0 {
		want.Where = map[string]float64{" ": unexplained}
	}
	if diff := cmp.Diff(want, rows[0], cmp.Comparer(near), cmpopts.IgnoreUnexported(row{})); diff != "" || rows[0].wrong() != math.Abs(unexplained) {
		t.Errorf("%v unexplained without signs\n%s", rows[0].wrong(), diff)
	}
}

// TestEventsWithoutDocuments accepts 9 events, of which 7 have a document: each cause explains as many as it accounts for, of
// its type, and no more than there are missing.
func TestEventsWithoutDocuments(t *testing.T) {
	fresh, seven := life{fresh: true}, [4]float64{0, 0, 7, 7}
	missing := world{life: fresh, grown: 9, read: seven, final: 7, accepted: 9}
	with := func(change func(*world)) world {
		w := missing
		change(&w)
		return w
	}
	for _, c := range causeCounters {
		typed := ""
		if _, ok := c.of.Label("event_type"); ok {
			typed = "sold"
		}
		of := func(n float64) map[cause]float64 { return map[cause]float64{{c.reason, typed}: n} }
		t.Run(c.reason, func(t *testing.T) {
			check(t, with(func(w *world) { w.causes = of(2) }), []because{{c.reason, "sold", 2}}, 0)
		})
		t.Run(c.reason+", too few", func(t *testing.T) {
			check(t, with(func(w *world) { w.causes = of(1) }), []because{{c.reason, "sold", 1}}, 1)
		})
		t.Run(c.reason+", of another type", func(t *testing.T) {
			check(t, with(func(w *world) { w.causes = map[cause]float64{{c.reason, "bought"}: 2} }), nil, 2)
		})
		t.Run(c.reason+", and put back", func(t *testing.T) { // all have a document: the counter does not explain what is wrong by two
			check(t, with(func(w *world) { w.causes, w.accepted = of(2), 7 }), nil, 2)
		})
		t.Run(c.reason+", and one too many", func(t *testing.T) {
			check(t, with(func(w *world) { w.causes, w.grown = of(5), 10 }), []because{{c.reason, "sold", 2}}, 1)
		})
	}
	quarantined := map[cause]float64{{reasonQuarantined, "sold"}: 2}
	for name, c := range map[string]struct {
		world
		explained   []because
		unexplained float64
	}{
		"nothing explains it":      {missing, nil, 2},
		"two causes":               {with(func(w *world) { w.causes = map[cause]float64{{reasonQuarantined, "sold"}: 1, {reasonPending, ""}: 1} }), []because{{reasonQuarantined, "sold", 1}, {reasonPending, "sold", 1}}, 0},
		"deleted":                  {with(func(w *world) { w.deleted = 2 }), []because{{reasonDeleted, "sold", 2}}, 0},
		"more than were deleted":   {with(func(w *world) { w.deleted = 1 }), []because{{reasonDeleted, "sold", 1}}, 1},
		"a half is no event":       {with(func(w *world) { w.causes, w.grown = quarantined, 7.5 }), nil, 0.5},
		"fewer than the documents": {with(func(w *world) { w.causes, w.grown = quarantined, 5 }), nil, -2},
		"each adds three":          {with(func(w *world) { w.causes, w.grown, w.feed = quarantined, 13, feed{1, 3} }), []because{{reasonQuarantined, "sold", 6}}, 0},
		"no multiple of three":     {with(func(w *world) { w.causes, w.grown, w.feed = quarantined, 12, feed{1, 3} }), nil, 5},
		"data says what it adds":   {with(func(w *world) { w.causes, w.grown, w.feed = quarantined, 9, feed{1, 0} }), nil, 2},
		"two records an event":     {with(func(w *world) { w.causes, w.grown, w.feed = quarantined, 11, feed{2, 1} }), []because{{reasonQuarantined, "sold", 4}}, 0},
	} {
		t.Run(name, func(t *testing.T) { check(t, c.world, c.explained, c.unexplained) })
	}
}

// TestExpired: a TTL explains what was accepted before its cutoff and has no document, and nothing else.
func TestExpired(t *testing.T) {
	for name, c := range map[string]struct {
		cutoff      int64
		old         float64 // documents from before the cutoff that are there still
		explained   []because
		unexplained float64
	}{
		"without a TTL":        {0, 0, nil, 4},
		"before all of them":   {900, 0, nil, 4},
		"some are old":         {1400, 0, []because{{reasonExpired, "sold", 3}}, 1},
		"all are old":          {1900, 0, []because{{reasonExpired, "sold", 4}}, 0},
		"some are there still": {1400, 2, []because{{reasonExpired, "sold", 1}}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			d := world{life: life{fresh: true, firstClock: 1000}, grown: 11, read: [4]float64{0, 0, 7, 7}, final: 7}.documents()
			d.cutoff = c.cutoff
			l := d.lives[0]
			l.page.accepted["sold"] = []promapi.Sample{{At: 1000, Value: 0}, {At: 1500, Value: 3}, {At: 2000, Value: 11}}
			l.facts.old["sold"] = c.old
			rows := compare(d)
			if diff := cmp.Diff(append([]because(nil), c.explained...), rows[0].Explained, cmp.Comparer(near), cmp.Transformer("", func(b []because) []because { return append([]because{}, b...) })); diff != "" || rows[0].Unexplained != c.unexplained {
				t.Errorf("%v unexplained, want %v\n%s", rows[0].Unexplained, c.unexplained, diff)
			}
		})
	}
}

// TestTwoLivesShareACause: an event that one life accepted is quarantined by the next, and explains one difference.
func TestTwoLivesShareACause(t *testing.T) {
	d := world{life: life{fresh: true, instance: "a"}, grown: 8, read: [4]float64{0, 0, 7, 7}, final: 7, accepted: 8}.documents()
	next := world{
		life: life{fresh: true, instance: "b"}, grown: 3, read: [4]float64{0, 0, 2, 2}, final: 2, accepted: 3,
		causes: map[cause]float64{{reasonQuarantined, "sold"}: 1},
	}.documents()
	d.lives = append(d.lives, next.lives...)
	r := compare(d)[0]
	if diff := cmp.Diff([]because{{reasonQuarantined, "sold", 1}}, r.Explained); diff != "" || r.Unexplained != 1 {
		t.Errorf("%v unexplained\n%s", r.Unexplained, diff)
	}
}

// TestDocumentsOfNoProcess: what was migrated has no process, and what was scraped nowhere has one.
func TestDocumentsOfNoProcess(t *testing.T) {
	for id, reason := range map[string]string{"": reasonNobody, "game-7": reasonUnscraped} {
		d := world{life: life{fresh: true}, grown: 7, read: [4]float64{0, 0, 7, 7}, final: 7}.documents()
		d.unscraped = map[string]*evidence{id: {final: map[key]float64{k: 5}}}
		r := compare(d)[0]
		if diff := cmp.Diff([]because{{reason, "", -5}}, r.Explained); diff != "" || r.Unexplained != 0 || r.Documents != 12 {
			t.Errorf("%q: %+v\n%s", id, r, diff)
		}
	}
}

func wantUnexplained(t *testing.T, d *documents, want map[string]float64) {
	t.Helper()
	got := map[string]float64{}
	for _, r := range compare(d) {
		if r.Unexplained != 0 {
			got[r.Series] = r.Unexplained
		}
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(near)); diff != "" {
		t.Error(diff)
	}
}

// TestOtherBeyondMaxSeries: the same events in other series are no difference as far as the page counts them, and do not hide
// one.
func TestOtherBeyondMaxSeries(t *testing.T) {
	named, others := key{"sales_total", `plan="pro"`}, key{"sales_total", `plan="other"`}
	for name, c := range map[string]struct {
		other, counted float64
		unexplained    map[string]float64
	}{
		"the same sum":            {3, 3, map[string]float64{}},
		"one more":                {4, 9, map[string]float64{`sales_total{plan="pro"}`: -3, `sales_total{plan="other"}`: 4}},
		"more than were counted":  {3, 2, map[string]float64{`sales_total{plan="pro"}`: -3, `sales_total{plan="other"}`: 3}},
		"none was beyond a bound": {3, 0, map[string]float64{`sales_total{plan="pro"}`: -3, `sales_total{plan="other"}`: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			d := world{life: life{fresh: true}, docs: 5}.documents()
			l := d.lives[0]
			l.growth = map[key]float64{named: 2, others: c.other}
			l.page.overflowed["sales"] = c.counted
			for i := range l.facts.read {
				l.facts.read[i] = map[key]float64{named: 5}
			}
			l.facts.final = map[key]float64{named: 5}
			wantUnexplained(t, d, c.unexplained)
		})
	}
}
