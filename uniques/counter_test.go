// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/uniques/recordstore"
)

func TestMistakes(t *testing.T) {
	_, err := New(Config{
		Key: []byte("short"),
		Metrics: []Metric{
			{Name: "a|b", Windows: windows},
			{Name: "of", Of: "$device", Windows: windows},
			{Name: "of", Windows: map[string]time.Duration{"": time.Hour}},
			{Name: "none"},
			{Name: strings.Repeat("n", 256), Windows: map[string]time.Duration{"minute": time.Minute}},
		},
	})
	if err == nil {
		t.Fatal("it is taken")
	}
	for _, want := range []string{
		"Config.Key has 5 bytes", "Config.Records is nil", `metric "a|b": the name must be`, `Of is "$device"`, `the metric "of" is given twice`, `window "" is`,
		`metric "none": Windows is empty`, `window "minute" is 1m0s`, "1 to 255 letters",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "short") {
		t.Error("the key is in the error")
	}
	if _, err := New(Config{Key: []byte("fifteen bytes..\r\n")}); err == nil || !strings.Contains(err.Error(), "Config.Key has 15 bytes") {
		t.Errorf("a key that is too short but for its line break: %v", err)
	}
	if _, err := New(Config{}); err == nil || !strings.Contains(err.Error(), "Config.Metrics is empty") {
		t.Errorf("%v", err)
	}
}

// TestValues: what counts of a document, and what is the same value.
func TestValues(t *testing.T) {
	data := func(v any) bson.E {
		return bson.E{Key: eventdoc.FieldData, Value: bson.D{{Key: "game", Value: bson.D{{Key: "id", Value: v}}}}}
	}
	for _, c := range []struct {
		name   string
		of     string
		fields []bson.E
		want   uint64
	}{
		{"users", User, make([]bson.E, 1), 1},
		{"sessions", Session, []bson.E{{Key: "session_id", Value: "a"}, {Key: "session_id", Value: "b"}, {Key: "session_id", Value: ""}, {Key: "session_id", Value: nil}}, 2},
		{"texts", "game.id", []bson.E{data("a"), data("b"), data("a"), data("")}, 2},
		{"numbers of two types", "game.id", []bson.E{data(int32(5)), data(int64(5)), data(int64(6)), data("5")}, 3},
		{"bools", "game.id", []bson.E{data(true), data(false), data(true), data("true")}, 3},
		{"what does not count", "game.id", []bson.E{data(1.5), data(nil), data(bson.A{1}), data(bson.D{}), {Key: eventdoc.FieldData, Value: "text"}, {Key: "other", Value: 1}}, 0},
	} {
		w := newWorld(t)
		p := w.startWith(Metric{Name: "values", Of: c.of, Windows: map[string]time.Duration{"daily": 24 * time.Hour}}, 0)
		for _, f := range c.fields {
			var fields []bson.E
			if f.Key != "" {
				fields = append(fields, f)
			}
			if err := p.deliver(event("u", time.Now(), time.Now(), fields...)); err != nil {
				t.Fatal(err)
			}
		}
		numbers, err := p.counter.Numbers(t.Context())
		if err != nil || len(numbers) != 1 || numbers[0].Value != c.want {
			t.Errorf("%s: %v, %v; want %d", c.name, numbers, err, c.want)
		}
	}
}

// TestTuples: attributes tell numbers apart, up to a bound.
func TestTuples(t *testing.T) {
	w := newWorld(t)
	m := FromMap(servicetest.Map(t, `version: 1
metrics:
  by:
    instrument: unique
    max_series: 6
    windows: {daily: 1d, weekly: 7d}
    window_attribute: window
    attributes: {platform: {limit: 2}, a: {values: [x|y&z=1], default: x|y&z=1}}
events: {e: {record: [{metric: by, from: {platform: $platform}}]}}
`))
	p := w.startWithAll(m, 0)
	now := time.Now()
	for _, e := range []struct {
		user, platform string
		ago            time.Duration
	}{{"1", "web", 0}, {"2", "web", 0}, {"2", "ios", 0}, {"3", "ios", 50 * time.Hour}, {"4", "android", 0}, {"5", "tv", 0}} {
		if err := p.deliver(event(e.user, now.Add(-e.ago), now, bson.E{Key: eventdoc.FieldPlatform, Value: e.platform})); err != nil {
			t.Fatal(err)
		}
	}
	ignored := event("6", now, now, bson.E{Key: eventdoc.FieldPlatform, Value: "web"})
	ignored.Document = []byte(strings.Replace(string(ignored.Document), "\x02\x00\x00\x00e\x00", "\x02\x00\x00\x00f\x00", 1)) // of another type
	if err := p.deliver(ignored); err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{
		"a=x|y&z=1 platform=web window=daily": 2, "a=x|y&z=1 platform=web window=weekly": 2,
		"a=x|y&z=1 platform=ios window=daily": 1, "a=x|y&z=1 platform=ios window=weekly": 2,
		"a=x|y&z=1 platform=other window=daily": 2, "a=x|y&z=1 platform=other window=weekly": 2,
	}
	for _, doing := range []string{"open", "saved", "rolled up", "read by another"} {
		switch doing {
		case "saved":
			if err := p.counter.Save(t.Context()); err != nil {
				t.Fatal(err)
			}
		case "rolled up":
			if err := p.counter.RollUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		case "read by another":
			p = w.startWithAll(m, 0)
		}
		got := make(map[string]uint64)
		if err := p.counter.Read(t.Context(), func(metric string, value float64, attributes ...string) {
			var text []string
			for pair := range slices.Chunk(attributes, 2) {
				text = append(text, pair[0]+"="+pair[1])
			}
			got[strings.Join(text, " ")] = uint64(value)
		}); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", doing, got, err, want)
		}
	}
}

// TestDamagedRecords: a record that is damaged, of another key or none at all is passed over and counted, and neither read nor
// deleted.
func TestDamagedRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		now := time.Now()
		for n := range 4 {
			p := w.start(0)
			if err := errors.Join(p.deliver(event(user(n), now, now)), p.counter.Save(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
		headers, err := w.records.List(t.Context(), sketchPrefix, time.Time{}, time.Time{})
		if err != nil || len(headers) != 4 {
			t.Fatal(headers, err)
		}
		corrupt(t, w, headers[0].ID, func(r *recordstore.Record) { r.Data[len(r.Data)/2] ^= 1 })
		corrupt(t, w, headers[1].ID, func(r *recordstore.Record) { r.Data = nil })
		corrupt(t, w, headers[2].ID, func(r *recordstore.Record) { r.Start = r.Start.Add(-time.Hour) })
		for _, id := range []string{"sketch|users", "sketch|users||2000-01-01T00:00Z|60|w|r", "sketch|users||yesterday|3600|w|r", "sketch|users||2000-01-01T00:01Z|3600|w|r"} {
			if err := w.records.Put(t.Context(), recordstore.Record{ID: id, Start: headers[0].Start}); err != nil {
				t.Fatal(err)
			}
		}
		reader := w.start(0)
		for range 3 {
			values, err := reader.values()
			if err != nil || values["daily"] != 1 || values["monthly"] != 1 {
				t.Errorf("%v, %v; want the one user of the record that is whole", values, err)
			}
		}
		if n := reader.counter.Stats().Damaged; n != 6 { // an id that no metric's begins like is nobody's
			t.Errorf("%d records are damaged, want 6", n)
		}
		before, _ := w.records.List(t.Context(), "", time.Time{}, time.Time{})
		time.Sleep(12 * time.Hour)
		if err := reader.counter.RollUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after, err := w.records.List(t.Context(), "", time.Time{}, time.Time{}); err != nil || len(after) != len(before) {
			t.Errorf("after a roll-up, %d of %d records are there, %v", len(after), len(before), err)
		}
		other, err := New(Config{Metrics: []Metric{{Name: "users", Windows: windows}}, Key: []byte("another key, of 16 bytes"), Records: &w.records})
		if err != nil {
			t.Fatal(err)
		}
		if numbers, err := other.Numbers(t.Context()); err != nil || numbers[0].Value != 0 || other.Stats().Damaged == 0 {
			t.Errorf("with another key: %v, %v, %d damaged", numbers, err, other.Stats().Damaged)
		}
	})
}

// corrupt changes a stored record as damage to the database would.
func corrupt(t *testing.T, w *world, id string, change func(*recordstore.Record)) {
	t.Helper()
	records, err := w.records.Load(t.Context(), []string{id})
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	change(&records[0])
	if err := errors.Join(w.records.Delete(t.Context(), id), w.records.Put(t.Context(), records[0])); err != nil {
		t.Fatal(err)
	}
}

// unable is a store that fails to put, until fail(nil). A counter puts in the background, too.
type unable struct {
	recordstore.Store
	err atomic.Pointer[error]
}

func (u *unable) fail(err error) { u.err.Store(&err) }

func (u *unable) Put(ctx context.Context, r recordstore.Record) error {
	if err := u.err.Load(); err != nil && *err != nil {
		return *err
	}
	return u.Store.Put(ctx, r)
}

// TestLeaseThatCannotBeWritten: while the records cannot be reached, a delivery waits for its lease. While they refuse it, events
// are delivered all the same, which is counted.
func TestLeaseThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		p := w.start(0)
		records := &unable{Store: &w.records}
		records.fail(errors.New("away"))
		p.Store = records
		e := event("a", time.Now(), time.Now())
		var d *eventstore.DeliveryError
		if err := p.deliver(e); !errors.As(err, &d) || d.Blame != eventstore.BlameSink || len(w.docs) > 0 {
			t.Errorf("without a lease: %v, %d documents", err, len(w.docs))
		}
		records.fail(fmt.Errorf("%w: no right to write", recordstore.ErrRefused))
		if err := p.deliver(e); err != nil || len(w.docs) != 1 || p.counter.Stats().Uncovered != 1 {
			t.Errorf("refused: %v, %d documents, %+v", err, len(w.docs), p.counter.Stats())
		}
		p.agree("refused")
		records.fail(nil)
		time.Sleep(leaseEvery)
		if err := p.deliver(event("b", time.Now(), time.Now())); err != nil || p.counter.Stats().Uncovered != 1 {
			t.Errorf("allowed again: %v, %+v", err, p.counter.Stats())
		}
		leases, err := w.records.List(t.Context(), leasePrefix, time.Time{}, time.Time{})
		if err != nil || len(leases) != 1 || leases[0].Start.After(time.Now().Add(-leaseEvery)) {
			t.Errorf("the lease does not cover what was delivered without one: %v, %v", leases, err)
		}
	})
}

// unprepared is a store that is prepared at the third attempt.
type unprepared struct {
	recordstore.Memory
	attempts int
}

func (u *unprepared) Prepare(context.Context) error {
	if u.attempts++; u.attempts < 3 {
		return errors.New("away")
	}
	return nil
}

// TestPrepare: the records are prepared once, as soon as they can be.
func TestPrepare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		records := new(unprepared)
		c, err := New(Config{Metrics: []Metric{{Name: "users", Windows: windows}}, Key: make([]byte, MinKey), Records: records, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		c.start()
		time.Sleep(10 * rollUpEvery)
		c.cancel()
		c.ended.Wait()
		if records.attempts != 3 {
			t.Errorf("%d attempts, want 3", records.attempts)
		}
	})
}

// TestMemoryIsBounded: what cannot be saved is dropped, and counted later from the documents.
func TestMemoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		p := w.start(0)
		records := &unable{Store: &w.records}
		p.Store = records
		now := time.Now()
		if err := p.deliver(event("a", now, now)); err != nil {
			t.Fatal(err)
		}
		p.counter.start()
		records.fail(errors.New("away"))
		for i := range 1_200 { // each in a sketch of its own
			if err := p.deliver(event(user(i%20), now.Add(time.Duration(i)*time.Hour), now)); err != nil {
				t.Fatal(err)
			}
			if n := p.counter.Stats().OpenBytes; n > maxBytes {
				t.Fatalf("%d bytes are open", n)
			}
		}
		if p.counter.Stats().Shed == 0 {
			t.Fatal("nothing was dropped")
		}
		records.fail(nil)
		synctest.Wait()
		if err := p.counter.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(leaseTime + 3*leaseEvery)
		p.agree("after it was rebuilt")
		p.counter.cancel() // in the time that passes now, the background would look at the leases 18,000 times
		p.counter.ended.Wait()
		time.Sleep(100 * time.Hour)
		p.agree("when some of what was ahead has come")
		p.kill()
	})
}

// TestLeaseIsNotWrittenForEachDelivery: a lease is written once for what has waited, and not for each delivery.
func TestLeaseIsNotWrittenForEachDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newWorld(t).start(0)
		p.counter.start()
		waited := time.Now().Add(-time.Hour)
		for range 10_000 {
			if err := p.deliver(event("a", waited, waited)); err != nil {
				t.Fatal(err)
			}
			waited = waited.Add(300 * time.Millisecond)
			time.Sleep(10 * time.Millisecond)
		}
		p.kill()
		// 100 s: a save and an advance of the lease each minute, five renewals, a look every 20 s, 10,000 deliveries.
		if p.done > 10_000+60 {
			t.Errorf("10,000 deliveries cost %d operations", p.done)
		}
	})
}

// TestConcurrency is for the race detector.
func TestConcurrency(t *testing.T) {
	w := newWorld(t)
	p := w.start(0)
	p.counter.start()
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range 50 {
				now := time.Now()
				if err := p.deliver(event(user(g*50+i), now, now), event(user(i), now.Add(-30*time.Hour), now)); err != nil {
					t.Error(err)
				}
				switch i % 10 {
				case 3:
					if err := p.counter.Save(t.Context()); err != nil {
						t.Error(err)
					}
				case 6:
					if _, err := p.values(); err != nil {
						t.Error(err)
					}
				case 9:
					if err := p.counter.RollUp(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	p.agree("in the end")
	p.kill()
}
