// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore/validator"
)

var update = flag.Bool("update", false, "rewrite golden files")

func shop(t *testing.T) *eventmap.Map {
	t.Helper()
	m, err := eventmap.ParseFile("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestDocument compares the whole validator, and what it leaves out, with golden files.
func TestDocument(t *testing.T) {
	v, err := validator.New(shop(t))
	if err != nil {
		t.Fatal(err)
	}
	document, err := bson.MarshalExtJSONIndent(v.Document(), false, false, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var left strings.Builder
	for _, u := range v.Unexpressed() {
		left.WriteString(u.String() + "\n")
	}
	golden(t, "testdata/shop.json", append(document, '\n'))
	golden(t, "testdata/shop.txt", []byte(left.String()))
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", path, cmp.Diff(string(want), string(got)))
	}
}

func TestNothingToCheck(t *testing.T) {
	v, err := validator.New(servicetest.Map(t, "version: 1\nevents: {a: {data: {n: {type: int}}}, b: {on_violation: omit}}\n"))
	if err != nil || len(v.Document()) != 0 || len(v.Unexpressed()) != 0 {
		t.Errorf("%v, %v", v.Document(), err)
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	_, err := validator.New(shop(t), validator.WithAction("refuse"), validator.WithLevel("off"),
		validator.WithMaps(servicetest.Map(t, "version: 1\nevents: {x: {}}\n")))
	want := "validator: the action \"refuse\" is not known; take Warn or Error\nvalidator: the level \"off\" is not known; take Moderate or Strict"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = validator.New(shop(t), validator.WithMaps(servicetest.Map(t, "version: 1\nevents: {Order Completed: {}}\n")))
	want = `validator: two maps declare the event "Order Completed"; a collection has one shape of it: declare it in one of them`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestDeepAndWideMaps: the schema stays small, and what it cannot hold is listed.
func TestDeepAndWideMaps(t *testing.T) {
	for name, path := range map[string]string{
		"deep": strings.Repeat("a.", 40) + "a", "through what may be arrays": "a.b.c.d.e.f.g.h.i",
	} {
		t.Run(name, func(t *testing.T) {
			v, err := validator.New(servicetest.Map(t, "version: 1\nevents: {e: {on_violation: reject, data: {"+path+": {type: int}}}}\n"))
			if err != nil {
				t.Fatal(err)
			}
			raw, err := bson.Marshal(v.Document())
			if err != nil || len(raw) > 20_000 || len(v.Unexpressed()) == 0 {
				t.Errorf("%d bytes, %v, left out: %v", len(raw), err, v.Unexpressed())
			}
		})
	}
}

// TestStoredNames: the schema has the names of fields that documents have.
func TestStoredNames(t *testing.T) {
	v, err := validator.New(servicetest.Map(t, `
version: 1
events:
  page:
    on_violation: quarantine
    additional: violate
    data:
      $url: {type: string, required: true}
      100%25: {type: int}
      $set: {type: object, required: true}
      $set.$plan: {type: string, required: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	document, err := bson.MarshalExtJSON(v.Document(), false, false)
	if err != nil {
		t.Fatal(err)
	}
	text := string(document)
	for _, part := range []string{
		`"required":["%24url"]`, `"required":["%24set"]`, `"required":["%24plan"]`, `"%24plan":{"bsonType":["string"]}`, `"100%2525":`,
		`"^(?:%24set)(?:%2E|\\.)"`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in %s", part, text)
		}
	}
	for _, name := range []string{"url", "set", "plan"} {
		if strings.Contains(text, `"$`+name) {
			t.Errorf("$%s is in %s", name, text)
		}
	}
}
