// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// TestRates: ten seconds' events may come at once; beyond, a source and an address wait, and an event of a user is refused.
func TestRates(t *testing.T) {
	one := func(user string) string { return `{"type":"track","event":"order_completed","userId":"` + user + `"}` }
	batch := func(n int, user string) string {
		return `{"batch":[` + strings.TrimSuffix(strings.Repeat(one(user)+",", n), ",") + `]}`
	}
	for _, tt := range []struct {
		name   string
		change func(*ingest.Source)
		second func(*http.Request) // what is different of the second request
		status int
		after  string
		users  int // events that are refused by the user's rate
	}{
		{"the source", func(s *ingest.Source) { s.Rate = 1 }, func(r *http.Request) { r.RemoteAddr = "192.0.2.9:1" }, 429, "10", 0},
		{"an address", func(s *ingest.Source) { s.RatePerIP = 1 }, nil, 429, "10", 0},
		{"another address", func(s *ingest.Source) { s.RatePerIP = 1 }, func(r *http.Request) { r.RemoteAddr = "192.0.2.9:1" }, 200, "", 0},
		{"through a proxy that is trusted", func(s *ingest.Source) { s.RatePerIP = 1 }, func(r *http.Request) {
			r.RemoteAddr = "10.0.0.1:1"
			r.Header.Set("X-Forwarded-For", "203.0.113.7, 192.0.2.1")
		}, 429, "10", 0},
		{"a user", func(s *ingest.Source) { s.RatePerUser = 1 }, nil, 200, "", 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t, func(c *ingest.Config) {
				tt.change(&c.Sources[0])
				c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
			})
			if a := s.post("/v1/batch", webKey, batch(10, "u")); a.Code != http.StatusOK || a.Refused != 0 {
				t.Fatalf("the first ten: %d %s", a.Code, a.Body)
			}
			r := httptest.NewRequest(http.MethodPost, "/v1/batch", strings.NewReader(batch(10, "u")))
			r.SetBasicAuth(webKey, "")
			if tt.second != nil {
				tt.second(r)
			}
			a := s.do(r)
			if a.Code != tt.status || a.Header().Get("Retry-After") != tt.after || a.Refused != tt.users {
				t.Errorf("%d %v %s", a.Code, a.Header(), a.Body)
			}
		})
	}
}

// TestRatesOverTime: what a source owes is paid as time passes.
func TestRatesOverTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := ingest.NewLimiter(2, true)
		for range 20 {
			if wait := l("k", 1); wait != 0 {
				t.Fatalf("wait %v within the burst", wait)
			}
		}
		if wait := l("k", 1); wait.Seconds() != 0.5 {
			t.Errorf("wait %v, want half a second", wait)
		}
		if l("other", 20) != 0 {
			t.Error("another key waits")
		}
		ingest.Sleep(1)
		if l("k", 2) != 0 || l("k", 1) == 0 {
			t.Error("a second pays for two events, and no more")
		}
		ingest.Sleep(20)
		if l("k", 500) != 0 || l("k", 1) == 0 {
			t.Error("a request larger than a burst never passes, or costs nothing")
		}
		if wait := l("k", 500); wait.Seconds() != 250 {
			t.Errorf("a large request waits %v, and nothing is owed in 250 s", wait)
		}
	})
}

// TestSlowRates: a rate of an event a day, or less, is still a rate.
func TestSlowRates(t *testing.T) {
	for _, rate := range []float64{1. / 86_400, 1e-10, 1e-300, math.SmallestNonzeroFloat64} {
		l := ingest.NewLimiter(rate, true)
		if l("k", 2_500) != 0 {
			t.Errorf("%v: the first request waits", rate)
		}
		if wait := l("k", 1); wait < 24*time.Hour {
			t.Errorf("%v: the second one waits %v", rate, wait)
		}
	}
	l := ingest.NewLimiter(math.MaxFloat64, true)
	for range 3 {
		if l("k", 2_500) != 0 {
			t.Error("a rate without an end has one")
		}
	}
}

// TestNobodysEventsHaveNoUserRate: people whom a client does not tell apart are not one user.
func TestNobodysEventsHaveNoUserRate(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.Sources[0].RatePerUser = 0.1 })
	two := func(event string) string { return `[` + event + `,` + event + `]` }
	if a := s.post("/batch", webKey, two(`{"event":"page","distinct_id":"$posthog_cookieless"}`)); a.Refused != 0 {
		t.Errorf("without cookies: %s", a.Body)
	}
	if a := s.post("/v1/events", webKey, two(`{"event_type":"page"}`)); a.Refused != 0 {
		t.Errorf("without ids: %s", a.Body)
	}
	if a := s.post("/v1/events", webKey, two(`{"event_type":"page","anonymous_id":"a"}`)); a.Refused != 1 {
		t.Errorf("of one browser: %s", a.Body)
	}
}

// TestLimitersAreBounded: many keys share one limit, and those that owe nothing are forgotten.
func TestLimitersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, alone := ingest.NewLimiter(1, true), ingest.NewLimiter(1, false)
		for i := range 10_000 {
			l(fmt.Sprint(i), 1)
			alone(fmt.Sprint(i), 1)
		}
		for i := range 10 {
			if l(fmt.Sprint("more", i), 1) != 0 {
				t.Fatalf("the shared limit is used up by %d events", i)
			}
		}
		if l("yet another", 1) == 0 {
			t.Error("keys beyond the table have no limit")
		}
		for range 2 {
			if alone("more", 1000) != 0 {
				t.Error("keys beyond the table are refused, though they share no limit")
			}
		}
		ingest.Sleep(60)
		if l("later", 10) != 0 {
			t.Error("the table is full of keys that owe nothing")
		}
	})
}

// TestSenders: IPv6 counts by /64, and a header counts as far as trusted proxies wrote it.
func TestSenders(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fe80::/10")}
	for _, tt := range []struct{ peer, header, want string }{
		{"192.0.2.1:9", "", "192.0.2.1"},
		{"192.0.2.1:9", "203.0.113.7", "192.0.2.1"},
		{"10.1.1.1:9", "203.0.113.7", "203.0.113.7"},
		{"10.1.1.1:9", "198.51.100.1, 203.0.113.7, 10.2.2.2", "203.0.113.7"},
		{"10.1.1.1:9", "nonsense", "10.1.1.1"},
		{"[2001:db8:1:2:3:4:5:6]:9", "", "2001:db8:1:2::/64"},
		{"[::ffff:192.0.2.1]:9", "", "192.0.2.1"},
		{"10.1.1.1:9", "203.0.113.7:4711", "203.0.113.7"},
		{"10.1.1.1:9", "[2001:db8:1:2::3]:4711, 10.2.2.2:80", "2001:db8:1:2::/64"},
		{"10.1.1.1:9", "[2001:db8:1:2::3]", "2001:db8:1:2::/64"},
		{"[fe80::1%eth0]:9", "203.0.113.7", "203.0.113.7"},
		{"@", "", ""},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.RemoteAddr = tt.peer
		if tt.header != "" {
			r.Header.Set("X-Forwarded-For", tt.header)
		}
		if got := ingest.Sender(trusted, r); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

// TestConsent: an event without the user's consent is refused, whatever stands in its place.
func TestConsent(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.Sources[0].Consent = "consent.categoryPreferences.Analytics" })
	message := func(context string) string {
		return `{"type":"track","event":"order_completed","userId":"u","context":` + context + `}`
	}
	a := s.post("/v1/batch", webKey, `{"batch":[`+strings.Join([]string{
		message(`{"consent":{"categoryPreferences":{"Analytics":true}}}`),
		message(`{"consent":{"categoryPreferences":{"Analytics":false}}}`),
		message(`{"consent":{"categoryPreferences":{"Analytics":"true"}}}`),
		message(`{"consent":true}`), message(`{}`), message(`null`),
	}, ",")+`]}`)
	if a.Code != http.StatusOK || a.Refused != 5 || a.Events[0].Reason != ingest.ReasonConsent || a.Events[0].Message != "consent.categoryPreferences.Analytics of its context is not true" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if a := s.post("/v1/events", webKey, `{"event_type":"page"}`); a.Refused != 1 || a.Events[0].Reason != ingest.ReasonConsent {
		t.Errorf("the plain door: %s", a.Body)
	}
}

// TestCounters: each event and request is counted once, by its source, and by a reason of the table when it was refused.
func TestCounters(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	s := newService(t, func(c *ingest.Config) {
		c.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		c.Sources[0].Rate = 1
		c.MaxBytesInFlight = 64 << 10
	})
	s.post("/v1/batch", webKey, `{"batch":[7,8,{"type":"track","event":"payout","userId":"u"},{"type":"page","userId":"u"},{"type":"page","userId":"u","properties":{"a\u0000":1}}]}`)
	s.post("/v1/events", serverKey, `[{"event_type":"payout"},{"event_type":"payout","id":"m"},{"event_type":"payout","id":"m"}]`)
	s.post("/v1/batch", webKey, `{"batch":[`+strings.TrimSuffix(strings.Repeat("7,", 50), ",")+`]}`)
	s.post("/v1/batch", "another", `{}`)
	s.post("/v1/batch", webKey, `x`)
	s.post("/v1/other", webKey, `x`)
	s.post("/v1/batch", webKey, strings.Repeat(" ", 100<<10))
	want := map[string]int64{
		ownmetrics.IngestEventsAccepted.Name + " web":                 1,
		ownmetrics.IngestEventsAccepted.Name + " backend":             3,
		ownmetrics.IngestEventsRefused.Name + " malformed web":        2,
		ownmetrics.IngestEventsRefused.Name + " type_not_allowed web": 1,
		ownmetrics.IngestEventsRefused.Name + " invalid web":          1,
		ownmetrics.IngestRequestsAccepted.Name + " web":               1,
		ownmetrics.IngestRequestsAccepted.Name + " backend":           1,
		ownmetrics.IngestRequestsRefused.Name + " rate web":           1,
		ownmetrics.IngestRequestsRefused.Name + " key ":               1,
		ownmetrics.IngestRequestsRefused.Name + " malformed web":      1,
		ownmetrics.IngestRequestsRefused.Name + " address ":           1,
		ownmetrics.IngestRequestsRefused.Name + " busy web":           1,
	}
	if diff := cmp.Diff(want, counts(t, reader)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestReasonsAreThoseOfTheTable: a reason that the table does not have would be counted nowhere.
func TestReasonsAreThoseOfTheTable(t *testing.T) {
	l, _ := ownmetrics.IngestEventsRefused.Label("reason")
	got := make(map[string]bool)
	for _, r := range ingest.Reasons {
		got[string(r)] = true
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(l.Names())), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("(-table +package)\n%s", diff)
	}
}

// TestRefusedAddressCostsNobody: an address beyond its own rate uses up nothing of the source's.
func TestRefusedAddressCostsNobody(t *testing.T) {
	s := newService(t, func(c *ingest.Config) { c.Sources[0].Rate, c.Sources[0].RatePerIP = 4, 1 })
	from := func(address string, n int) int {
		r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader("["+strings.TrimSuffix(strings.Repeat(`{"event_type":"page"},`, n), ",")+"]"))
		r.RemoteAddr = address
		r.SetBasicAuth(webKey, "")
		return s.do(r).Code
	}
	for i, code := range []int{200, 429, 429, 429, 429, 429} {
		if got := from("192.0.2.1:1", 10); got != code {
			t.Fatalf("request %d: %d", i, got)
		}
	}
	if got := from("192.0.2.2:1", 10); got != http.StatusOK {
		t.Errorf("another address: %d", got)
	}
}

// TestRequestsThatComeAgainPayOnce: what could not be accepted at the moment costs neither the source nor a user, and is counted
// when it is answered.
func TestRequestsThatComeAgainPayOnce(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	s := newService(t, func(c *ingest.Config) {
		c.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		c.Sources[0].Rate, c.Sources[0].RatePerIP, c.Sources[0].RatePerUser = 1, 1, 1
	})
	if err := s.Client.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if a := s.post("/v1/events", webKey, strings.Repeat(`{"event_type":"page","user_id":"u"}`, 9)+"7"); a.Code != http.StatusServiceUnavailable {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	var got metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	for _, m := range got.ScopeMetrics[0].Metrics {
		if m.Name == ownmetrics.IngestEventsRefused.Name {
			t.Errorf("refused events are counted in requests that come again: %v", m.Data)
		}
	}
}
