// SPDX-License-Identifier: Apache-2.0

package diff_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

// instances are two that run side by side, one with the released map of the page and one with a changed map.
type instances struct{ older, newer *analyticstest.Recorder }

func sideBySide(t *testing.T, change string, options ...otelanalytics.Option) instances {
	t.Helper()
	released, changed := lifeMaps(t)
	m, ok := changed[change]
	if !ok {
		t.Fatalf("the page has no change %q", change)
	}
	start := func(m *eventmap.Map) *analyticstest.Recorder { return analyticstest.New(t, m, options...) }
	return instances{start(released), start(m)}
}

func track(t *testing.T, rec *analyticstest.Recorder, name string, data map[string]any) {
	t.Helper()
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: name, Data: data}); err != nil {
		t.Fatal(err)
	}
}

// counted compares what a metric has gained.
func counted(t *testing.T, rec *analyticstest.Recorder, want float64, metric string, attributes ...string) {
	t.Helper()
	if got := rec.Delta(metric, attributes...); got != want {
		t.Errorf("%s %q: %v more, want %v", metric, attributes, got, want)
	}
}

func stored(t *testing.T, rec *analyticstest.Recorder, name, field string, want any) {
	t.Helper()
	for _, e := range rec.Events("") {
		if e.Type == name && fmt.Sprint(e.Data[field]) == fmt.Sprint(want) {
			return
		}
	}
	t.Errorf("no %s is stored whose %s is %v: %v", name, field, want, rec.Events(""))
}

func TestLifeRename(t *testing.T) {
	both := sideBySide(t, "rename an event")
	for _, rec := range []*analyticstest.Recorder{both.older, both.newer} {
		for _, name := range []string{"paid", "order_paid"} {
			track(t, rec, name, map[string]any{"amount": 20})
			stored(t, rec, name, "amount", 20)
		}
	}
	counted(t, both.older, 1, "payments")
	counted(t, both.newer, 2, "payments")
}

// TestLifeRetryUnderAnotherName: the name is part of what a key names.
func TestLifeRetryUnderAnotherName(t *testing.T) {
	rec := sideBySide(t, "rename an event").newer
	for _, name := range []string{"paid", "order_paid", "order_paid"} {
		if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: name, Key: "k"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(rec.Events("order_paid")); got != 2 {
		t.Errorf("%d events, want 2: one under each name", got)
	}
}

func TestLifeTwoMaps(t *testing.T) {
	both := sideBySide(t, "change bounds")
	versions := make(map[string]bool)
	for _, rec := range []*analyticstest.Recorder{both.older, both.newer} {
		for _, method := range []string{"passkey", "fax"} {
			track(t, rec, "user_logged_in", map[string]any{"method": method, "screen": "s0"})
			stored(t, rec, "user_logged_in", "method", method)
		}
		version, _ := rec.Events("user_logged_in")[0].Document.Lookup("map_version").StringValueOK()
		versions[version] = true
	}
	if len(versions) != 2 || versions[""] {
		t.Errorf("the documents of two maps have the map_version %v", versions)
	}
	counted(t, both.older, 1, "logins", "method", "other")
	counted(t, both.older, 1, "logins", "method", "fax")
	counted(t, both.newer, 1, "logins", "method", "passkey")
	counted(t, both.newer, 1, "logins", "method", "other")
	for i := range 15 {
		for _, rec := range []*analyticstest.Recorder{both.older, both.newer} {
			track(t, rec, "user_logged_in", map[string]any{"method": "email", "screen": fmt.Sprint("s", i)})
		}
	}
	counted(t, both.older, 0, "logins", "screen", "other")
	counted(t, both.newer, 5, "logins", "screen", "other")
	counted(t, both.newer, 1, "logins", "screen", "s9")
}

func TestLifeAddMetric(t *testing.T) {
	both := sideBySide(t, "add a metric")
	track(t, both.newer, "paid", map[string]any{"amount": 20})
	counted(t, both.newer, 1, "payments")
	counted(t, both.newer, 0, "coupons")
}

func TestLifeDeprecated(t *testing.T) {
	both := sideBySide(t, "deprecate")
	track(t, both.newer, "user_logged_in", map[string]any{"method": "fax"})
	counted(t, both.newer, 1, "logins", "method", "fax")
	track(t, both.newer, "paid", map[string]any{"coupon": "c"})
	stored(t, both.newer, "paid", "coupon", "c")
}

func TestLifeRemoveField(t *testing.T) {
	both := sideBySide(t, "remove a field")
	track(t, both.newer, "paid", map[string]any{"coupon": "c"})
	stored(t, both.newer, "paid", "coupon", "c")
}

func TestLifeRemoveEvent(t *testing.T) {
	both := sideBySide(t, "remove an event")
	track(t, both.newer, "paid", map[string]any{"amount": 20})
	stored(t, both.newer, "paid", "amount", 20)
	counted(t, both.newer, 0, "payments")

	strict := sideBySide(t, "remove an event", otelanalytics.WithStrict())
	if err := strict.newer.Client.Track(t.Context(), otelanalytics.Event{Type: "paid"}); !errors.Is(err, otelanalytics.ErrUnknownEvent) {
		t.Errorf("a strict client takes an event that is not declared: %v", err)
	}
}

func TestLifeRedactMore(t *testing.T) {
	both := sideBySide(t, "redact more")
	for _, rec := range []*analyticstest.Recorder{both.older, both.newer} {
		track(t, rec, "user_logged_in", map[string]any{"ip": "192.0.2.1"})
	}
	stored(t, both.older, "user_logged_in", "ip", "192.0.2.1")
	stored(t, both.newer, "user_logged_in", "ip", nil)
}
