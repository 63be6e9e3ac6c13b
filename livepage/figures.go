// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// figures are the figures of the pipeline tab.
type figures struct {
	At           time.Time           `json:"at"`
	Stats        otelanalytics.Stats `json:"stats"`
	Rejected     map[string]int64    `json:"rejected"`    // by reason
	Quarantined  map[string]int64    `json:"quarantined"` // by type and reason
	Errors       map[string]int64    `json:"errors"`      // attempts to store, by kind
	Consumers    []consumer          `json:"consumers"`
	JournalBytes int64               `json:"journal_bytes"`
	OldestAge    float64             `json:"oldest_age"` // seconds
	Batch        *lastBatch          `json:"batch"`
	Status       string              `json:"status"`
	Sink         string              `json:"sink"`
	Findings     []named             `json:"findings"`
	Viewers      int                 `json:"viewers"`
	Dropped      int64               `json:"dropped_viewers"`
	Seen         int64               `json:"seen"` // events, since the first viewer came
}

type consumer struct {
	Name    string `json:"name"`
	Pending int64  `json:"pending"`
	Errors  int64  `json:"errors"`
}

type lastBatch struct {
	Size    int     `json:"size"`
	Seconds float64 `json:"seconds"`
	Failed  bool    `json:"failed"`
}

// named is a finding of a check of the doctor.
type named struct {
	Check string `json:"check"`
	diagnosis.Finding
}

// figuring makes figures, and compares them with earlier ones.
type figuring struct {
	before []counts // of the last minute, the oldest first
}

// counts are counters that should not grow.
type counts struct {
	at               time.Time
	errors, rejected map[string]int64
}

// over is the time over which growth is judged: a red mark stays as long.
const over = 30 * time.Second

func (f *figuring) of(h *hub, now time.Time) figures {
	client := h.page.client
	store := client.StoreStats()
	out := figures{
		At: now.UTC(), Stats: client.Stats(), Rejected: map[string]int64{}, Quarantined: map[string]int64{}, Errors: store.Errors,
		Consumers: []consumer{}, JournalBytes: store.JournalBytes, OldestAge: store.OldestAge.Seconds(),
	}
	for _, t := range client.TypeStats() {
		for reason, n := range t.Rejected {
			out.Rejected[reason] += n
		}
	}
	for k, n := range store.Quarantined {
		out.Quarantined[k.Type+": "+k.Reason] += n
	}
	if out.Errors == nil {
		out.Errors = map[string]int64{}
	}
	for _, c := range store.Consumers {
		out.Consumers = append(out.Consumers, consumer{c.Name, c.Pending, c.Errors})
	}
	health := h.state(&out)
	out.Findings = f.findings(h, &out, store, health, now)
	return out
}

// state fills in the figures that the hub knows.
func (h *hub) state(out *figures) otelanalytics.Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	out.Viewers, out.Dropped, out.Seen = len(h.viewers), h.dropped, h.seen
	if a := h.lastBatch; a.Size > 0 {
		out.Batch = &lastBatch{a.Size, a.Duration.Seconds(), a.Err != nil}
	}
	out.Status, out.Sink = string(h.health.Status), h.health.SinkName
	return h.health
}

// findings are the findings of the doctor's checks that need only the process itself.
func (f *figuring) findings(h *hub, out *figures, store eventstore.Stats, health otelanalytics.Health, now time.Time) []named {
	quarantined := int64(0)
	for _, n := range out.Quarantined {
		quarantined += n
	}
	all := []named{
		{"pending", diagnosis.Pending(out.Stats.Pending, store.OldestAge, diagnosis.DefaultMaxPendingAge)},
		{"sinks", sinksOf(store)},
		{"errors", f.errors(out, now)},
		{"quarantine", diagnosis.Quarantine(quarantined, out.Quarantined, "DATA_DIR")},
		{"lost", diagnosis.Lost(out.Stats.Lost)},
		{"map_values", diagnosis.MapValues(h.metrics.mistakes())},
	}
	if health.Status != "" {
		all = slices.Insert(all, 0, named{"readiness", diagnosis.Readiness(string(health.Status), code(health.Status),
			hidden(health.JournalError), health.SinkName, hidden(health.SinkError), health.Pending, awayOf(health)...)})
	}
	return all
}

// sinksOf judges the sinks beside the first.
func sinksOf(store eventstore.Stats) diagnosis.Finding {
	var all []diagnosis.Sink
	for _, s := range store.Sinks {
		all = append(all, diagnosis.Sink{Name: s.Name, N: s.Pending, Age: s.OldestAge})
	}
	return diagnosis.Sinks(all, diagnosis.DefaultMaxPendingAge, "DATA_DIR")
}

// awayOf has a line for each sink beside the first that cannot be reached.
func awayOf(h otelanalytics.Health) (lines []string) {
	for _, s := range h.Sinks {
		if s.Error != "" {
			lines = append(lines, "sink "+s.Name+": "+hidden(s.Error))
		}
	}
	return lines
}

// code is the status code of the readiness handler.
func code(s otelanalytics.Status) int {
	if s == otelanalytics.StatusUnavailable {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// hidden keeps hosts and paths off the page, as the readiness handler does.
func hidden(text string) string {
	switch text {
	case "", otelanalytics.ErrClosed.Error(), otelanalytics.ErrJournalFull.Error():
		return text
	}
	return notShown
}

// errors judges the growth within the last half minute.
func (f *figuring) errors(out *figures, now time.Time) diagnosis.Finding {
	f.before = append(f.before, counts{now, maps.Clone(out.Errors), maps.Clone(out.Rejected)})
	for len(f.before) > 1 && now.Sub(f.before[1].at) >= over {
		f.before = f.before[1:]
	}
	first := f.before[0]
	return diagnosis.Errors(
		growth(ownmetrics.StoreErrors, "kind", first.errors, out.Errors),
		growth(ownmetrics.EventsRejected, "reason", first.rejected, out.Rejected), now.Sub(first.at).Round(time.Second))
}

func growth(m *ownmetrics.Metric, label string, before, now map[string]int64) diagnosis.Growth {
	var g diagnosis.Growth
	for _, key := range slices.Sorted(maps.Keys(now)) {
		g.Total += float64(now[key])
		if n := now[key] - before[key]; n > 0 && key != "suppressed" { // as it should be
			g.Lines = append(g.Lines, fmt.Sprintf("%s{%s=%q}: %d more", m.PrometheusName(), label, key, n))
		}
	}
	return g
}

// finite returns a number that JSON can represent.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
