// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// own is the name of one of the SDK's own metrics on the page.
func (d *deployment) own(m *ownmetrics.Metric) string { return d.name(m.PrometheusName()) }

// always are the names that are on the page of every client with a store.
func (d *deployment) always() []string {
	var names []string
	for _, m := range ownmetrics.All() {
		if m.Always && !(m == ownmetrics.RecordDelay && d.delivers()) { // which records nothing
			names = append(names, d.own(m))
		}
	}
	return names
}

func checkOwnMetrics(ctx context.Context, d *deployment) finding {
	var missing []string
	always := d.always()
	for _, name := range always {
		if _, ok := d.first.sum(name); !ok {
			missing = append(missing, name)
		}
	}
	accepted := ownmetrics.EventsAccepted.PrometheusName()
	if len(missing) == 0 {
		return ok("all %d exist", len(always))
	}
	if len(missing) < len(always) {
		return failed("%d of the SDK's own metrics are missing: does the client have a store?", len(missing)).list(missing).
			advise("otelanalytics.New(m, otelanalytics.WithStore(store), …)")
	}
	for _, name := range slices.Sorted(maps.Keys(d.first.families)) {
		if prefix, found := strings.CutSuffix(name, "_"+accepted); found {
			return failed("all names on the page begin with %s_", prefix).advise("--namespace %s", prefix)
		}
		if strings.HasSuffix(strings.ReplaceAll(name, ".", "_"), strings.TrimSuffix(accepted, "_total")) {
			return failed("names on the page have another translation: %s in place of %s", name, accepted).
				advise("give the service the default translation, which generated dashboards and rules use")
		}
		if name == accepted {
			return failed("names on the page do not begin with %s_", d.namespace).advise("leave out --namespace")
		}
	}
	f := failed("the page has none of the SDK's own metrics: it is the page of another process, or the client has another meter provider").
		advise("otelanalytics.New(m, otelanalytics.WithMeterProvider(provider), …), with the provider whose reader makes the page")
	if d.journal != nil && d.journal.Holder != 0 {
		for _, page := range hint(ctx, d.journal.Holder) {
			f = f.advise("%s: the process that has the journal open serves it", page)
		}
	}
	return f
}

// balance are both sides of the sum that must hold.
func (d *deployment) balance(p *page) (in, out float64) {
	for _, m := range []*ownmetrics.Metric{ownmetrics.EventsAccepted, ownmetrics.EventsRecovered} {
		n, _ := p.sum(d.own(m))
		in += n
	}
	for _, m := range []*ownmetrics.Metric{
		ownmetrics.EventsStored, ownmetrics.EventsDeduplicated, ownmetrics.JournalPending, ownmetrics.EventsQuarantined,
		ownmetrics.EventsSuppressed, ownmetrics.EventsLost,
	} {
		n, _ := p.sum(d.own(m))
		out += n
	}
	return in, out
}

// checkSum reads the page until the sum holds. While events are under way a few are between two of the numbers: then it
// must be off by no more than what came in between two readings.
func checkSum(ctx context.Context, d *deployment) finding {
	const readings = 5
	var before, storedBefore float64
	p := d.last
	for i := range readings {
		in, out := d.balance(p)
		stored, _ := p.sum(d.own(ownmetrics.EventsStored))
		moved := max(in-before, stored-storedBefore)
		if in == out {
			return ok("%.0f accepted and recovered = stored, deduplicated, pending, quarantined, suppressed and lost", in)
		}
		if i > 0 && moved > 0 && abs(in-out) <= moved {
			return ok("%.0f accepted and recovered; %.0f are between these states", in, abs(in-out))
		}
		before, storedBefore = in, stored
		p = d.again(ctx, 200*time.Millisecond)
	}
	in, out := d.balance(p)
	return failed("accepted + recovered = %.0f, and stored + deduplicated + pending + quarantined + suppressed + lost = %.0f, while no number changes", in, out).
		advise("is it the page of one process? Behind a load balancer, or with two clients on one page, the sum does not hold.\nOtherwise: this is a defect of the SDK, please report it with the page")
}

func abs(x float64) float64 { return max(x, -x) }

// checkErrors compares the first reading with one that is at least a second later.
func checkErrors(ctx context.Context, d *deployment) finding {
	p := d.again(ctx, time.Second)
	over := p.at.Sub(d.first.at).Round(100 * time.Millisecond)
	grown := func(m *ownmetrics.Metric, label string) (g diagnosis.Growth) {
		before := d.first.by(d.own(m), label)
		now := p.by(d.own(m), label)
		for _, key := range slices.Sorted(maps.Keys(now)) {
			g.Total += now[key]
			if n := now[key] - before[key]; n > 0 && key != "suppressed" { // as it should be
				g.Lines = append(g.Lines, fmt.Sprintf("%s{%s=%q}: %.0f more", d.own(m), label, key, n))
			}
		}
		return g
	}
	return judged(diagnosis.Errors(grown(ownmetrics.StoreErrors, "kind"), grown(ownmetrics.EventsRejected, "reason"), over))
}
