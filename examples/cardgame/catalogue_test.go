// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
)

// withoutRedis is what is not on the page of a service that has no Redis.
var withoutRedis = map[string]bool{"redis_connections": true}

// catalogued is a line of testdata/catalogue.txt.
type catalogued struct {
	name, kind string
	labels     []cataloguedLabel
}

type cataloguedLabel struct {
	name   string
	values []string // nil: any
}

func readCatalogue(t testing.TB) []catalogued {
	t.Helper()
	text, err := os.ReadFile("testdata/catalogue.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []catalogued
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] == "#" {
			continue
		}
		c := catalogued{name: words[0], kind: words[1]}
		for _, word := range words[2:] {
			name, values, _ := strings.Cut(word, "=")
			l := cataloguedLabel{name: name}
			if values != "*" {
				l.values = strings.Split(strings.NewReplacer("(", "", ")", "").Replace(values), ",")
			}
			c.labels = append(c.labels, l)
		}
		all = append(all, c)
	}
	if len(all) != 20 {
		t.Fatalf("the catalogue has %d names, want 20", len(all))
	}
	return all
}

// checkCatalogue compares a page, after everything has happened, with the
// catalogue: every name, its type, its labels and their values, and no other
// name that looks like one of them.
func checkCatalogue(t *testing.T, page servicetest.Page, absent map[string]bool) {
	t.Helper()
	known := map[string]bool{}
	for _, want := range readCatalogue(t) {
		known[want.name] = true
		family, there := page[want.name]
		switch {
		case absent[want.name]:
			if there {
				t.Errorf("%s is on the page", want.name)
			}
		case !there:
			t.Errorf("%s is not on the page", want.name)
		default:
			want.check(t, family)
		}
	}
	for name := range page {
		prefix, _, _ := strings.Cut(name, "_")
		if slices.Contains([]string{"user", "guest", "active", "dutch", "credit", "app", "mongodb", "redis"}, prefix) && !known[name] {
			t.Errorf("%s is on the page and not in the catalogue", name)
		}
	}
}

func (want catalogued) check(t *testing.T, family *dto.MetricFamily) {
	t.Helper()
	if kind := strings.ToLower(family.GetType().String()); kind != want.kind {
		t.Errorf("%s is a %s, want a %s", want.name, kind, want.kind)
	}
	if family.GetHelp() == "" {
		t.Errorf("%s has no help text", want.name)
	}
	got := map[string]bool{}
	for _, m := range family.Metric {
		labels := map[string]string{}
		for _, l := range m.Label {
			labels[l.GetName()] = l.GetValue()
		}
		for _, l := range want.labels {
			if _, there := labels[l.name]; there && l.values == nil {
				labels[l.name] = "*"
			}
		}
		got[servicetest.Series(want.name, labels)] = true
	}
	all := want.series()
	switch want.kind {
	case "counter":
		// Zeros included, from the start.
		if diff := cmp.Diff(slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.name, diff)
		}
	default:
		for series := range got {
			if !all[series] {
				t.Errorf("%s is on the page, and its labels or values are not the catalogue's", series)
			}
		}
		if len(got) == 0 {
			t.Errorf("%s has no series", want.name)
		}
	}
}

// series returns all that the metric can have.
func (want catalogued) series() map[string]bool {
	tuples := []map[string]string{{}}
	for _, l := range want.labels {
		var longer []map[string]string
		for _, tuple := range tuples {
			values := l.values
			if values == nil {
				values = []string{"*"}
			}
			for _, value := range values {
				with := maps.Clone(tuple)
				with[l.name] = value
				longer = append(longer, with)
			}
		}
		tuples = longer
	}
	all := map[string]bool{}
	for _, tuple := range tuples {
		all[servicetest.Series(want.name, tuple)] = true
	}
	return all
}
