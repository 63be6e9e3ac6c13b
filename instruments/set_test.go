// SPDX-License-Identifier: Apache-2.0

package instruments_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/exporterprom"
	"github.com/otelanalytics/otelanalytics-go/instruments"
)

const testMap = `
version: 1
metrics:
  logins:
    instrument: counter
    unit: "{login}"
    attributes:
      auth_method: {values: [email, google]}
      account_type: {values: [normal, premium], default: normal}
  coins: {instrument: counter}
  open_games:
    instrument: up_down_counter
    attributes: {game_mode: {values: [practice]}}
  occupancy: {instrument: gauge}
  seats: {instrument: gauge, number: int}
  duration: {instrument: histogram, unit: s, buckets: [1, 10]}
  sizes: {instrument: histogram, unit: By, number: int, buckets: [100]}
  weight: {instrument: counter, number: double}
  balance: {instrument: up_down_counter, number: double}
  screens:
    instrument: counter
    max_series: 50
    attributes:
      screen: {limit: 10}
      locale: {limit: 20}
  kinds:
    instrument: counter
    attributes: {kind: {limit: 5}, action: {limit: 5}}
events:
  login: {record: [{metric: logins}]}
  google_login: {record: [{metric: logins, set: {auth_method: google}, from: {account_type: user.account}}]}
  spend: {record: [{metric: coins, value: amount}]}
  game_started: {record: [{metric: open_games}]}
  game_finished: {record: [{metric: open_games, value: -1}]}
  table: {record: [{metric: occupancy, value: ratio}, {metric: seats, value: seats}]}
  game: {record: [{metric: duration, value: seconds}, {metric: sizes, value: bytes}]}
  load: {record: [{metric: weight, value: kg}, {metric: balance, value: kg}]}
  screen: {record: [{metric: screens}]}
  "order.*": {record: [{metric: kinds, from: {kind: $type, action: action}}]}
`

type values = map[string]instruments.Value

func TestCountersStartAtZero(t *testing.T) {
	f := newFixture(t, testMap)
	zero := map[string]string{
		"logins{account_type=normal,auth_method=email}":    "0",
		"logins{account_type=normal,auth_method=google}":   "0",
		"logins{account_type=normal,auth_method=unknown}":  "0",
		"logins{account_type=premium,auth_method=email}":   "0",
		"logins{account_type=premium,auth_method=google}":  "0",
		"logins{account_type=premium,auth_method=unknown}": "0",
	}
	f.expect("logins", zero)
	f.expect("logins", zero) // the second collection adds nothing
	f.expect("coins", map[string]string{"coins{}": "0"})
	f.expect("open_games", map[string]string{"open_games{game_mode=practice}": "0", "open_games{game_mode=unknown}": "0"})
	for _, never := range []string{"duration", "sizes", "occupancy", "seats", "screens"} {
		f.expect(never, map[string]string{})
	}
}

func TestAttributes(t *testing.T) {
	f := newFixture(t, testMap)
	f.record("login", values{"auth_method": instruments.String("email"), "account_type": instruments.String("premium")})
	f.record("login", values{"auth_method": instruments.String("fax")})    // not listed
	f.record("login", values{"auth_method": instruments.String("")})       // as good as missing
	f.record("login", values{"auth_method": instruments.Other()})          // a document
	f.record("login", values{"auth_method": instruments.String("other")})  // the reserved value
	f.record("login", values{"auth_method": instruments.String("normal")}) // another attribute's value
	f.record("google_login", values{"user.account": instruments.String("premium")})
	f.expect("logins", map[string]string{
		"logins{account_type=normal,auth_method=email}":    "0",
		"logins{account_type=normal,auth_method=google}":   "0",
		"logins{account_type=normal,auth_method=unknown}":  "2",
		"logins{account_type=normal,auth_method=other}":    "3",
		"logins{account_type=premium,auth_method=email}":   "1",
		"logins{account_type=premium,auth_method=google}":  "1",
		"logins{account_type=premium,auth_method=unknown}": "0",
	})
	f.expect("otelanalytics.attributes.overflow{attribute=auth_method", map[string]string{
		"otelanalytics.attributes.overflow{attribute=auth_method,metric=logins}": "3",
	})
	f.expect("otelanalytics.values.refused{metric=logins", map[string]string{
		"otelanalytics.values.refused{metric=logins,reason=attribute_type}": "1",
	})
}

func TestAttributeTextOfOtherTypes(t *testing.T) {
	f := newFixture(t, testMap)
	for _, v := range []instruments.Value{instruments.Int(-3), instruments.Bool(true), instruments.Bool(false), instruments.Double(0.5)} {
		f.record("order.paid", values{"action": v})
	}
	f.record("order.sent", nil)
	f.expect("kinds", map[string]string{
		"kinds{action=-3,kind=order.paid}":      "1",
		"kinds{action=true,kind=order.paid}":    "1",
		"kinds{action=false,kind=order.paid}":   "1",
		"kinds{action=0.5,kind=order.paid}":     "1",
		"kinds{action=unknown,kind=order.sent}": "1",
	})
}

// An event that says "other" has nothing replaced by a bound, where any text is allowed.
func TestOtherAsText(t *testing.T) {
	f := newFixture(t, testMap)
	f.record("order.paid", values{"action": instruments.String("other")})
	f.expect("kinds", map[string]string{"kinds{action=other,kind=order.paid}": "1"})
	f.expect("otelanalytics.attributes.overflow{attribute=action", map[string]string{"otelanalytics.attributes.overflow{attribute=action,metric=kinds}": "0"})
}

func TestValues(t *testing.T) {
	f := newFixture(t, testMap)
	for _, v := range []instruments.Value{
		instruments.Int(3), instruments.Double(4), // counted
		instruments.Int(-1), instruments.Double(-2), instruments.Double(2.5), instruments.Double(1e300),
		instruments.Double(math.NaN()), instruments.Double(math.Inf(1)), instruments.String("5"), instruments.Bool(true),
		{},
		instruments.Other(),
	} {
		f.record("spend", values{"amount": v})
		if v == instruments.Double(1e300) {
			continue // would swallow the others in a sum
		}
		f.record("game", values{"seconds": v, "bytes": instruments.Int(1)})
		f.record("load", values{"kg": v})
	}
	f.record("table", values{"ratio": instruments.Double(-0.5), "seats": instruments.Int(4)})
	f.record("game_started", nil)
	f.record("game_started", nil)
	f.record("game_finished", nil)
	f.expect("coins", map[string]string{"coins{}": "7"})
	f.expect("duration", map[string]string{"duration{}": "9.5 [1 10] [0 3 0]"})
	f.expect("sizes", map[string]string{"sizes{}": "11 [100] [11 0]"})
	f.expect("weight", map[string]string{"weight{}": "9.5"})
	f.expect("balance", map[string]string{"balance{}": "6.5"})
	f.expect("occupancy", map[string]string{"occupancy{}": "-0.5"})
	f.expect("seats", map[string]string{"seats{}": "4"})
	f.expect("open_games", map[string]string{"open_games{game_mode=practice}": "0", "open_games{game_mode=unknown}": "1"})
	f.expect("otelanalytics.values.refused{metric=coins", map[string]string{
		"otelanalytics.values.refused{metric=coins,reason=missing}":     "1",
		"otelanalytics.values.refused{metric=coins,reason=type}":        "3",
		"otelanalytics.values.refused{metric=coins,reason=not_finite}":  "2",
		"otelanalytics.values.refused{metric=coins,reason=negative}":    "2",
		"otelanalytics.values.refused{metric=coins,reason=not_integer}": "2",
		"otelanalytics.values.refused{metric=coins,reason=sum_range}":   "0",
	})
	f.expect("otelanalytics.values.refused{metric=balance", map[string]string{
		"otelanalytics.values.refused{metric=balance,reason=missing}":    "1",
		"otelanalytics.values.refused{metric=balance,reason=type}":       "3",
		"otelanalytics.values.refused{metric=balance,reason=not_finite}": "2",
		"otelanalytics.values.refused{metric=balance,reason=sum_range}":  "0",
	})
}

func TestLongestValueAndInvalidText(t *testing.T) {
	f := newFixture(t, testMap)
	f.record("order.a", values{"action": instruments.String(strings.Repeat("x", 256))})
	f.record("order.a", values{"action": instruments.String(strings.Repeat("x", 257))})
	f.record("order.a", values{"action": instruments.String("\xff")})
	f.expect("kinds", map[string]string{
		"kinds{action=" + strings.Repeat("x", 256) + ",kind=order.a}": "1",
		"kinds{action=other,kind=order.a}":                            "2",
	})
}

// TestHostileCallerOnThePage has a caller invent a million distinct values, from several goroutines, and
// looks at what Prometheus would get, and at the memory.
func TestHostileCallerOnThePage(t *testing.T) {
	m, err := eventmap.Parse([]byte(testMap))
	if err != nil {
		t.Fatal(err)
	}
	prom, err := exporterprom.New(exporterprom.WithoutRuntimeMetrics(), exporterprom.WithoutTargetInfo())
	if err != nil {
		t.Fatal(err)
	}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(prom.Reader()))
	set, err := instruments.New(m, provider.Meter("test"))
	if err != nil {
		t.Fatal(err)
	}
	screen, _ := set.EventType("screen")
	const goroutines, each = 4, 250_000
	before := heap()
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			fields := make([]instruments.Value, len(screen.Fields()))
			for i := range each {
				for j := range fields {
					fields[j] = instruments.String(fmt.Sprintf("%d-%d-%d-%s", g, i, j, strings.Repeat("x", 100)))
				}
				if err := screen.Record(context.Background(), "screen", fields); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if grown := heap() - before; grown > 4<<20 {
		t.Errorf("the heap grew by %d bytes, want at most 4 MiB", grown)
	}
	families, err := prom.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "screens_total" {
			continue
		}
		if n := len(family.GetMetric()); n > 51 {
			t.Errorf("%d series, want at most max_series (50) and one for the overflow", n)
		}
		sum := 0.0
		distinct := make(map[string]map[string]bool)
		for _, s := range family.GetMetric() {
			sum += s.GetCounter().GetValue()
			for _, l := range s.GetLabel() {
				if distinct[l.GetName()] == nil {
					distinct[l.GetName()] = make(map[string]bool)
				}
				distinct[l.GetName()][l.GetValue()] = true
			}
		}
		if sum != goroutines*each {
			t.Errorf("the series add up to %v, want %d", sum, goroutines*each)
		}
		if n := len(distinct["screen"]); n > 11 {
			t.Errorf("%d values of screen, want at most the limit (10) and other", n)
		}
		if n := len(distinct["locale"]); n > 21 {
			t.Errorf("%d values of locale, want at most the limit (20) and other", n)
		}
		return
	}
	t.Error("screens_total is not on the page")
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestDeclaredSeriesKeepTheirPlace fills max_series with other combinations first.
func TestDeclaredSeriesKeepTheirPlace(t *testing.T) {
	f := newFixture(t, `
version: 1
metrics:
  m: {instrument: counter, max_series: 4, attributes: {a: {values: [x], default: d}, b: {values: [y], default: d}}}
events:
  e: {record: [{metric: m}]}
`)
	for _, v := range [][2]string{{"?", "y"}, {"x", "?"}, {"?", "?"}, {"x", "y"}} {
		f.record("e", values{"a": instruments.String(v[0]), "b": instruments.String(v[1])})
	}
	f.expect("m{", map[string]string{"m{a=d,b=d}": "0", "m{a=d,b=y}": "0", "m{a=x,b=d}": "0", "m{a=x,b=y}": "1", "m{a=other,b=other}": "3"})
	f.expect("otelanalytics.attributes.overflow", map[string]string{
		"otelanalytics.attributes.overflow{attribute=a,metric=m}": "2",
		"otelanalytics.attributes.overflow{attribute=b,metric=m}": "2",
		"otelanalytics.attributes.overflow{attribute=*,metric=m}": "2",
	})
}

// TestAttributesThatFillTheKey has as many combinations as a map can declare.
func TestAttributesThatFillTheKey(t *testing.T) {
	yaml := "version: 1\nmetrics:\n  m:\n    instrument: counter\n    attributes:\n"
	fields := values{}
	want := make([]string, 0, 9)
	for i := range 9 {
		yaml += fmt.Sprintf("      a%d: {limit: 100}\n", i)
		fields[fmt.Sprintf("a%d", i)] = instruments.String("x")
		want = append(want, fmt.Sprintf("a%d=x", i))
	}
	f := newFixture(t, yaml+"events: {e: {record: [{metric: m}]}}\n")
	f.record("e", fields)
	f.expect("m{", map[string]string{"m{" + strings.Join(want, ",") + "}": "1"})
}

func TestCloseStopsObserving(t *testing.T) {
	f := newFixture(t, testMap)
	if err := f.set.Close(); err != nil {
		t.Fatal(err)
	}
	f.expect("otelanalytics.", map[string]string{})
}

func TestRecordAllocatesNothing(t *testing.T) {
	f := newFixture(t, testMap)
	ctx := context.Background()
	for _, test := range []struct {
		name   string
		fields []instruments.Value
	}{
		{"login", []instruments.Value{instruments.String("email"), instruments.String("premium")}},
		{"game", []instruments.Value{instruments.Double(3), instruments.Int(5)}},
		{"order.x", []instruments.Value{instruments.Int(7)}},
		{"screen", []instruments.Value{instruments.String("home"), instruments.String("de")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			allocs := testing.AllocsPerRun(1000, func() {
				e, _ := f.set.EventType(test.name)
				if err := e.Record(ctx, test.name, test.fields); err != nil {
					t.Fatal(err)
				}
			})
			if allocs != 0 {
				t.Errorf("%v allocations, want none", allocs)
			}
		})
	}
}

func TestTooFewFieldsAreAnErrorAndRecordNothing(t *testing.T) {
	f := newFixture(t, testMap)
	screen, _ := f.set.EventType("screen")
	full := make([]instruments.Value, len(screen.Fields()))
	for n := range full {
		if err := screen.Record(context.Background(), "screen", full[:n]); !errors.Is(err, instruments.ErrTooFewFields) {
			t.Errorf("%d of %d values: %v", n, len(full), err)
		}
	}
	f.expect("screens{", map[string]string{})
	if err := screen.Record(context.Background(), "screen", append(full, instruments.Int(1))); err != nil {
		t.Errorf("a value too many: %v", err)
	}
	f.expect("screens{", map[string]string{"screens{locale=unknown,screen=unknown}": "1"})
}

func TestRecordFromManyGoroutines(t *testing.T) {
	f := newFixture(t, testMap)
	var wg sync.WaitGroup
	counts := make(map[string]int)
	for g := range 8 {
		for i := range 500 {
			counts[fmt.Sprintf("screens{locale=%d,screen=%d}", g%3, i%7)]++
		}
		wg.Go(func() {
			for i := range 500 {
				f.record("screen", values{"screen": instruments.Int(int64(i % 7)), "locale": instruments.Int(int64(g % 3))})
			}
		})
	}
	wg.Wait()
	want := make(map[string]string, len(counts))
	for name, n := range counts {
		want[name] = fmt.Sprint(n)
	}
	f.expect("screens", want)
}
