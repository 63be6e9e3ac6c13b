// SPDX-License-Identifier: Apache-2.0

package analyticstest_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const shop = `
version: 1
redact: [password]
metrics:
  orders:
    instrument: counter
    attributes: {plan: {values: [free, pro]}, shop: {limit: 10}}
  value: {instrument: histogram, unit: EUR}
  latency: {instrument: exponential_histogram, unit: s}
  open: {instrument: up_down_counter}
  stock: {instrument: gauge, attributes: {plan: {values: [free, pro]}}}
  never: {instrument: counter, enabled: false}
events:
  ordered:
    record:
      - metric: orders
      - {metric: value, value: total}
      - {metric: latency, value: seconds}
      - metric: open
  counted:
    store: false
    record: [{metric: stock, value: n}]
`

func parse(t testing.TB) *eventmap.Map {
	t.Helper()
	return servicetest.Map(t, shop)
}

func TestEvents(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.FixedZone("", 3600))
	err := rec.Client.Module("sales").Track(t.Context(), otelanalytics.Event{
		Key: "k", Type: "ordered", UserID: "u", SessionID: "s", Platform: "web", AnonymousID: "a", GroupID: "g", Time: at,
		Data: bson.D{
			{Key: "n", Value: int64(3)},
			{Key: "total", Value: 2.5},
			{Key: "password", Value: "x"},
			{Key: "at", Value: at},
			{Key: "list", Value: bson.A{1, bson.D{{Key: "a", Value: "b"}}}},
			{Key: "no", Value: nil},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "undeclared"}); err != nil {
		t.Fatal(err)
	}
	got := rec.Events("ordered")
	if len(got) != 1 || len(rec.Events("")) != 2 || len(rec.Events("undeclared")) != 1 {
		t.Fatalf("%d ordered, %d in all", len(got), len(rec.Events("")))
	}
	utc := time.Date(2026, 1, 2, 2, 4, 5, 678_000_000, time.UTC)
	want := analyticstest.Event{
		Key: "k", Type: "ordered", UserID: "u", SessionID: "s", Platform: "web", Module: "sales", AnonymousID: "a", GroupID: "g", Time: utc,
		Data: map[string]any{
			"n": 3, "total": 2.5, "at": utc, "list": []any{1, map[string]any{"a": "b"}}, "no": nil,
		},
		Document: got[0].Document,
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := got[0].Document.LookupErr("received_at"); err != nil {
		t.Errorf("Document is not the whole document: %v", err)
	}
}

func TestMetrics(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	order := func(plan, shop string, total float64) {
		t.Helper()
		err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "ordered", Data: map[string]any{"plan": plan, "shop": shop, "total": total, "seconds": total}})
		if err != nil {
			t.Fatal(err)
		}
	}
	order("pro", "a", 2)
	order("pro", "b", 3)
	order("free", "b", 5)
	order("gold", "b", 7)
	expect := func(what string, got, want float64) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	expect("orders", rec.Delta("orders"), 4)
	expect("orders by pro", rec.Delta("orders", "plan", "pro"), 2)
	expect("orders by pro in b", rec.Delta("orders", "shop", "b", "plan", "pro"), 1)
	expect("orders by other", rec.Delta("orders", "plan", "other"), 1)
	expect("orders by unknown", rec.Delta("orders", "plan", "unknown"), 0)
	expect("observations", rec.Delta("value"), 4)
	expect("sum", rec.Sum("value"), 17)
	expect("exponential observations", rec.Delta("latency"), 4)
	expect("exponential sum", rec.Sum("latency"), 17)
	expect("open", rec.Delta("open"), 4)
	expect("value of open", rec.Value("open"), 4)
	for _, n := range []int{9, 4} {
		if err := rec.Client.Record(t.Context(), "counted", map[string]any{"n": n, "plan": "pro"}); err != nil {
			t.Fatal(err)
		}
	}
	expect("stock", rec.Value("stock", "plan", "pro"), 4)

	rec.Reset()
	expect("orders after Reset", rec.Delta("orders"), 0)
	expect("sum after Reset", rec.Sum("value"), 0)
	if n := len(rec.Events("")); n != 0 {
		t.Errorf("%d events after Reset", n)
	}
	order("pro", "a", 2)
	expect("orders since Reset", rec.Delta("orders"), 1)
	expect("sum since Reset", rec.Sum("value"), 2)
	expect("value of open", rec.Value("open"), 5)
}

// failing is a test that is expected to fail.
type failing struct {
	testing.TB
	message string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (f *failing) Fatal(args ...any) { f.Fatalf("%s", strings.TrimSpace(fmt.Sprintln(args...))) }

// TestSlipsFail tries what would otherwise be zero for ever.
func TestSlipsFail(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(rec *analyticstest.Recorder)
		want string
	}{
		"metric":       {func(r *analyticstest.Recorder) { r.Delta("order") }, `analyticstest: the event map has no metric "order"; it has orders, value, latency, open, stock, never`},
		"attribute":    {func(r *analyticstest.Recorder) { r.Delta("orders", "plans", "pro") }, `analyticstest: the metric "orders" has no attribute "plans"; it has plan, shop`},
		"value":        {func(r *analyticstest.Recorder) { r.Delta("orders", "plan", "por") }, `analyticstest: the attribute "plan" of "orders" is never "por"; it can be free, pro, unknown or other`},
		"odd":          {func(r *analyticstest.Recorder) { r.Delta("orders", "plan") }, `analyticstest: ["plan"]: give attributes as pairs of name and value`},
		"disabled":     {func(r *analyticstest.Recorder) { r.Delta("never") }, `analyticstest: the event map has enabled: false for the metric "never"`},
		"no histogram": {func(r *analyticstest.Recorder) { r.Sum("orders") }, `analyticstest: orders is a counter, and only histograms have a sum: use Delta or Value`},
		"no value":     {func(r *analyticstest.Recorder) { r.Value("stock") }, `analyticstest: 0 series of stock have the attributes []; Value wants one`},
		"not stored":   {func(r *analyticstest.Recorder) { r.Events("counted") }, `analyticstest: the event map has store: false for "counted": look at its metrics with Delta`},
	} {
		t.Run(name, func(t *testing.T) {
			f := &failing{TB: t}
			rec := analyticstest.New(f, parse(t))
			done := make(chan struct{})
			go func() {
				defer close(done)
				c.do(rec)
			}()
			<-done
			if f.message != c.want {
				t.Errorf("failed with %q, want %q", f.message, c.want)
			}
		})
	}
}

func TestShutdownRefuses(t *testing.T) {
	rec := analyticstest.New(t, parse(t))
	if err := rec.Client.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "ordered"}); err == nil {
		t.Error("an event was accepted after Shutdown")
	}
}

// TestMoreSeriesThanTheSDKKeeps counts each value of an attribute for itself, up to the map's bound.
func TestMoreSeriesThanTheSDKKeeps(t *testing.T) {
	const pages = 2_500 // OpenTelemetry's SDK keeps 2,000 by default
	m := servicetest.Map(t, `
version: 1
metrics:
  visits:
    instrument: counter
    max_series: 3000
    attributes: {page: {limit: 3000}}
events:
  visited: {store: false, record: [{metric: visits}]}
`)
	rec := analyticstest.New(t, m)
	for i := range pages {
		if err := rec.Client.Record(t.Context(), "visited", map[string]any{"page": "p" + strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, page := range []string{"p0", "p1999", "p2000", "p2499"} {
		if got := rec.Delta("visits", "page", page); got != 1 {
			t.Errorf("%s: %v visits, want 1", page, got)
		}
	}
	if got := rec.Delta("visits"); got != pages {
		t.Errorf("%v visits in all, want %d", got, pages)
	}
}
