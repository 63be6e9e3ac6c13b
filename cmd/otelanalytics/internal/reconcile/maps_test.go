// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

const (
	latestMap = `
version: 1
metrics:
  sales: {instrument: counter, attributes: {plan: {values: [free, pro]}, shop: {limit: 3}}}
  logins: {instrument: counter}
  clicks: {instrument: counter}
  all: {instrument: counter}
every_event: {record: [{metric: all}]}
events:
  sold: {renamed_from: [bought], record: [{metric: sales}, {metric: sales, value: 2}]}
  login: {record: [{metric: logins}]}
  clicked: {store: false, record: [{metric: clicks}]}
`
	earlierMap = `
version: 1
metrics:
  sales: {instrument: counter, attributes: {plan: {values: [free, pro]}, country: {values: [DE, FR]}}}
  refunds: {instrument: counter, attributes: {shop: {values: [a, b]}}}
events:
  sold: {record: [{metric: sales, value: amount}]}
  refunded: {record: [{metric: refunds, value: 5}]}
`
)

func parsed(t *testing.T, texts ...string) (list []*eventmap.Map, all map[string]*eventmap.Map) {
	t.Helper()
	all = map[string]*eventmap.Map{}
	for _, text := range texts {
		m, err := eventmap.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		list, all[m.Hash()] = append(list, m), m
	}
	return list, all
}

// TestSeveralMaps evaluates each document with the map that it was accepted with, and compares what all of them have.
func TestSeveralMaps(t *testing.T) {
	list, all := parsed(t, latestMap, earlierMap)
	chosen, not, err := (&command{prefix: "shop_"}).choose(list)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]unproven{
		{"clicks", "an event with store: false records into it, which leaves no document"},
		{"all", "an event with store: false records into it, which leaves no document"},
	}, not); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]feed{"sold": {2, 0}}, chosen["shop_sales_total"].feeds, cmp.AllowUnexported(feed{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]feed{"refunded": {1, 5}}, chosen["shop_refunds_total"].feeds, cmp.AllowUnexported(feed{})); diff != "" {
		t.Error(diff)
	}
	d := &documents{maps: all, byDefault: list[0], prefix: "shop_", metrics: chosen, unscraped: map[string]*evidence{}}
	for _, e := range []struct {
		version, kind string
		data          bson.D
	}{
		{list[0].Hash(), "sold", bson.D{{Key: "plan", Value: "pro"}, {Key: "shop", Value: "x"}}},
		{list[0].Hash(), "bought", bson.D{{Key: "plan", Value: "pro"}, {Key: "shop", Value: "y"}}},
		{list[1].Hash(), "sold", bson.D{{Key: "plan", Value: "free"}, {Key: "country", Value: "FR"}, {Key: "amount", Value: 7}}},
		{list[1].Hash(), "refunded", bson.D{{Key: "shop", Value: "a"}}},
		{"another", "login", bson.D{}},
		{list[0].Hash(), "undeclared", bson.D{}},
	} {
		doc, err := bson.Marshal(bson.D{
			{Key: "event_type", Value: e.kind},
			{Key: "event_data", Value: e.data},
			{Key: "map_version", Value: e.version},
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
	found := d.unscraped["i"]
	d.finish(found)
	got := map[string]float64{}
	for k, v := range found.final {
		if v != 0 {
			got[k.measure+"{"+k.labels+"}"] = v
		}
	}
	if diff := cmp.Diff(map[string]float64{
		`shop_sales_total{plan="pro"}`:               6,
		`shop_sales_total{plan="free",country="FR"}`: 7,
		`shop_refunds_total{shop="a"}`:               5,
		`shop_logins_total{}`:                        1,
	}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]float64{"sold": 3, "refunded": 1, "login": 1, "other": 1}, found.accepted); diff != "" || d.otherMaps != 1 {
		t.Errorf("%d of other maps\n%s", d.otherMaps, diff)
	}
}
