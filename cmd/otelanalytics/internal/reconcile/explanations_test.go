// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// history is what can explain differences, in one series that events of the type sold add 1 to.
type history struct {
	lives   []world
	deleted float64
	cutoff  int64
	strange map[string]float64 // documents of instances that nobody scraped
	change  func(*documents)
}

func (h history) documents() *documents {
	d := h.lives[0].documents()
	for _, w := range h.lives[1:] {
		d.lives = append(d.lives, w.documents().lives...)
	}
	d.deleted, d.cutoff, d.unscraped = h.deleted, h.cutoff, map[string]*evidence{}
	for id, n := range h.strange {
		d.unscraped[id] = &evidence{final: map[key]float64{k: n}}
	}
	if h.change != nil {
		h.change(d)
	}
	return d
}

// explanations has a history for each reason, in which it is the cause of a difference, and the amount that it explains.
var explanations = map[string]struct {
	history
	amount float64
}{
	reasonBefore:       {history{lives: []world{{grown: 5, read: [4]float64{2, 2, 7, 7}, final: 7}}}, -2},
	reasonAfter:        {history{lives: []world{{life: life{fresh: true}, grown: 7, read: upTo(7), final: 9}}}, -2},
	reasonEnded:        {history{lives: []world{{life: life{fresh: true, ended: true}, grown: 7, read: upTo(7), final: 9}}}, -2},
	reasonDown:         {history{lives: []world{{life: life{fresh: true, ended: true, down: true}, grown: 7, read: upTo(7), final: 9}}}, -2},
	reasonUnscraped:    {history{lives: []world{plain(7, 7)}, strange: map[string]float64{"game-7": 2}}, -2},
	reasonNobody:       {history{lives: []world{plain(7, 7)}, strange: map[string]float64{"": 2}}, -2},
	reasonDeduplicated: {history{lives: []world{missing(9, 7, cause{reasonDeduplicated, "sold"}, 2)}}, 2},
	reasonQuarantined:  {history{lives: []world{missing(9, 7, cause{reasonQuarantined, "sold"}, 2)}}, 2},
	reasonSuppressed:   {history{lives: []world{missing(9, 7, cause{reasonSuppressed, "sold"}, 2)}}, 2},
	reasonLost:         {history{lives: []world{missing(9, 7, cause{reasonLost, ""}, 2)}}, 2},
	reasonPending:      {history{lives: []world{missing(9, 7, cause{reasonPending, ""}, 2)}}, 2},
	reasonDeleted:      {history{lives: []world{missing(9, 7, cause{}, 0)}, deleted: 2}, 2},
	reasonExpired: {history{lives: []world{missing(9, 7, cause{}, 0)}, cutoff: 1900, change: func(d *documents) {
		l := d.lives[0]
		l.firstClock = 1000
		l.page.accepted["sold"] = []promapi.Sample{{At: 1000, Value: 0}, {At: 1500, Value: 2}, {At: 2000, Value: 9}}
		l.facts.old["sold"] = 7
	}}, 2},
	// In quarantine for the event map, and put back: by the next run, which counts them, and by a command.
	reasonCountedElse: {history{lives: []world{violated("a", 5, 7, 2), restored("b", 5, 3, 2)}}, -2},
	reasonPutBack:     {history{lives: []world{violated("a", 5, 7, 2), restored("b", 5, 3, 2)}}, 2},
	reasonUncounted:   {history{lives: []world{violated("a", 5, 7, 2)}}, -2},
}

func upTo(n float64) [4]float64 { return [4]float64{0, 0, n, n} }

// plain is a run of which Prometheus and the documents have so much.
func plain(grown, docs float64) world {
	return world{life: life{fresh: true}, grown: grown, read: upTo(docs), final: docs}
}

// missing is a run that accepted what Prometheus has, some of which has no document.
func missing(grown, docs float64, why cause, n float64) world {
	w := plain(grown, docs)
	w.accepted, w.causes = grown, map[cause]float64{why: n}
	return w
}

// violated is a run whose page counts events that are quarantined for the event map; all of its events have documents by now.
func violated(instance string, grown, docs, n float64) world {
	w := plain(grown, docs)
	w.life.instance, w.violated = instance, n
	return w
}

// restored is a run that has put events of another one back, after its first scrape.
func restored(instance string, grown, docs, n float64) world {
	w := plain(grown, docs)
	w.life.instance, w.recovered = instance, n
	return w
}

// TestExplanations holds each explanation to the unit: it is named where it is the cause. A counter that is wrong by one more in the same
// direction is unexplained by one. Those of max_series move between series: TestOtherBeyondMaxSeries. A
// sample's are not to the unit: TestSampled.
func TestExplanations(t *testing.T) {
	for _, reason := range reasons() {
		c, ok := explanations[reason]
		if !ok && reason != reasonOverflow && reason != reasonSampled {
			t.Errorf("%q has no history", reason)
		}
		for _, wrong := range []float64{0, math.Copysign(1, c.amount)} {
			if !ok {
				continue
			}
			t.Run(fmt.Sprintf("%s, wrong by %v", reason, wrong), func(t *testing.T) {
				d := c.documents()
				at := d.lives[0]
				if reason == reasonPutBack {
					at = d.lives[1]
				}
				at.growth[k] += wrong
				r := compare(d)[0]
				explained := 0.0
				for _, e := range r.Explained {
					if e.Reason == reason {
						explained += e.Amount
					}
				}
				if explained != c.amount || r.Unexplained != wrong {
					t.Errorf("%v explained, want %v; %v unexplained, want %v: %+v", explained, c.amount, r.Unexplained, wrong, r)
				}
			})
		}
	}
}

// TestLivesOfOneTarget: what one run of a process counts too much does not make up for what the next one at its address counts too little.
// Runs of which no start is known are two, as well.
func TestLivesOfOneTarget(t *testing.T) {
	for name, c := range map[string]struct {
		first, second int64 // starts
		id            string
		grown         [2]float64
		where         map[string]float64
	}{
		"restarted": {1_000, 2_000, "game-7", [2]float64{8, 6}, map[string]float64{
			"game host:9464 game-7 started 1970-01-01T00:00:01.000Z": 1, "game host:9464 game-7 started 1970-01-01T00:00:02.000Z": -1,
		}},
		"restarted within a second": {1_100, 1_700, "game-7", [2]float64{9, 6}, map[string]float64{
			"game host:9464 game-7 started 1970-01-01T00:00:01.100Z": 2, "game host:9464 game-7 started 1970-01-01T00:00:01.700Z": -1,
		}},
		"starts that nobody knows": {0, 0, "", [2]float64{8, 6}, map[string]float64{"game host:9464": 0}},
		"both are right":           {1_000, 2_000, "game-7", [2]float64{7, 7}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := history{}
			wrong := 0.0
			for i, start := range []int64{c.first, c.second} {
				w := plain(c.grown[i], 7)
				w.life = life{job: "game", instance: "host:9464", id: c.id, start: start, fresh: true}
				h.lives = append(h.lives, w)
				wrong += math.Abs(c.grown[i] - 7)
			}
			x := compare(h.documents())[0]
			if diff := cmp.Diff(c.where, x.Where); diff != "" {
				t.Errorf("by process: (-want +got)\n%s", diff)
			}
			r := &report{Rows: []*row{x}}
			r.count()
			series := 0
			if wrong > 0 {
				series = 1
			}
			if r.Differences.Unexplained != wrong || r.Differences.Series != series {
				t.Errorf("%+v, want %v unexplained in %d series", r.Differences, wrong, series)
			}
		})
	}
}

// TestPutBack: what was put back is no more than what the pages count, and a run that puts its own events back has no difference.
func TestPutBack(t *testing.T) {
	for name, c := range map[string]struct {
		history
		unexplained float64 // without signs
	}{
		"its own":                         {history{lives: []world{both(violated("a", 7, 7, 2), restored("a", 0, 0, 2))}}, 0},
		"its own, and one is lost":        {history{lives: []world{both(violated("a", 6, 7, 2), restored("a", 0, 0, 2))}}, 1},
		"they have no document yet":       {history{lives: []world{accepting(9, violated("a", 6, 7, 2))}}, 1},
		"one of the two has none":         {history{lives: []world{accepting(8, violated("a", 6, 7, 2))}}, 0},
		"none was in quarantine":          {history{lives: []world{plain(5, 7), restored("b", 5, 3, 2)}}, 4},
		"more than the other run has put": {history{lives: []world{violated("a", 5, 7, 2), restored("b", 5, 3, 1)}}, 1},
		"by two runs":                     {history{lives: []world{violated("a", 4, 7, 3), restored("b", 5, 3, 2), restored("c", 4, 3, 1)}}, 0},
		"of two runs":                     {history{lives: []world{violated("a", 5, 7, 2), violated("b", 6, 7, 1), restored("c", 6, 3, 3)}}, 0},
		"one by a command":                {history{lives: []world{violated("a", 5, 7, 2), restored("b", 4, 3, 1)}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := compare(c.documents())[0]
			explained := 0.0
			for _, e := range r.Explained {
				explained += e.Amount
			}
			if off := r.Documents + explained + r.Unexplained - r.Prometheus; !near(off, 0) {
				t.Errorf("the parts are off by %v: %+v", off, r)
			}
			if got := r.wrong(); got != c.unexplained {
				t.Errorf("%v unexplained, want %v: %+v", got, c.unexplained, r)
			}
		})
	}
}

// both is one run that quarantined and put back.
func both(of, by world) world {
	of.recovered = by.recovered
	return of
}

func accepting(n float64, w world) world {
	w.accepted = n
	return w
}
