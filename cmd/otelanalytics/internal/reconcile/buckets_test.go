// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestBuckets reads the same buckets from documents and from Prometheus. Bounds that one of the maps does not have are left out, and those
// that Prometheus has not seen in a life.
func TestBuckets(t *testing.T) {
	const text = `
version: 1
metrics: {paid: {instrument: histogram, buckets: [%s], attributes: {plan: {values: [pro]}, shop: {limit: 2}}}}
events: {sold: {record: [{metric: paid, value: amount}]}}
`
	list, all := parsed(t, fmt.Sprintf(text, "1, 10, 100"), fmt.Sprintf(text, "10, 50, 100"))
	chosen, _, err := (&command{}).choose(list)
	if err != nil {
		t.Fatal(err)
	}
	l := &life{job: "game", instance: "a", id: "i", start: 1, fresh: true, first: 1000, last: 2000, growth: map[key]float64{}, buckets: map[bucket]float64{}}
	d := &documents{maps: all, byDefault: list[0], metrics: chosen, lives: []*life{l}, unscraped: map[string]*evidence{}}
	l.facts = d.newEvidence()
	l.facts.times = [4]int64{1000, 1000, 2000, 2000}
	for n, amount := range []float64{0.5, 5, 60, 1000} {
		doc, err := bson.Marshal(bson.D{
			{Key: "event_type", Value: "sold"},
			{Key: "event_data", Value: bson.D{{Key: "amount", Value: amount}, {Key: "plan", Value: "pro"}, {Key: "shop", Value: fmt.Sprint(n)}}},
			{Key: "map_version", Value: list[n%2].Hash()},
			{Key: "received_at", Value: time.UnixMilli(1500)},
			{Key: "service", Value: bson.D{{Key: "instance_id", Value: "i"}}},
			{Key: "v", Value: int32(1)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.document(doc); err != nil {
			t.Fatal(err)
		}
	}
	d.finish(l.facts)
	at := func(le float64) bucket { return bucket{key{"paid_count", `plan="pro"`}, le} }
	if diff := cmp.Diff(map[bucket]float64{at(10): 2, at(100): 3}, l.facts.buckets[3], cmp.AllowUnexported(bucket{}, key{})); diff != "" {
		t.Errorf("documents: %s", diff)
	}

	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var series []string
		add := func(instance, shop, le, samples string) {
			series = append(series, fmt.Sprintf(`{"metric": {"job": "game", "instance": %q, "plan": "pro", "shop": %q, "le": %q}, "values": [%s]}`, instance, shop, le, samples))
		}
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		if strings.HasPrefix(r.FormValue("query"), "paid_bucket{") {
			add("a", "x", "10.0", `[1, "1"], [2, "2"]`)
			add("a", "y", "10", `[1, "0"], [2, "1"]`) // both are summed
			add("a", "x", "100", `[1, "4"], [2, "5"]`)
			add("a", "x", "+Inf", `[1, "4"], [2, "6"]`)
			add("a", "x", "50", `[3, "4"]`) // of a later life
			add("b", "x", "10", `[1, "7"], [2, "8"]`)
		}
		_, _ = fmt.Fprintf(w, `{"status": "success", "data": {"resultType": "matrix", "result": [%s]}}`, strings.Join(series, ","))
	}))
	defer fake.Close()
	base, err := url.Parse(fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{url: base, from: time.UnixMilli(0), to: time.UnixMilli(3000)}
	if err := s.readGrowth(t.Context(), d.lives, chosen["paid"]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[bucket]float64{at(10): 3, at(100): 5}, l.buckets, cmp.AllowUnexported(bucket{}, key{})); diff != "" {
		t.Errorf("Prometheus: %s", diff)
	}
}
