// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const redactedContract = `
version: 1
on_violation: MODE
redact: [password, "*.Secret"]
events:
  signed_up:
    data:
      email: {type: string, pattern: '.+@.+', redact: drop}
      phone: {type: string, redact: hash}
      user:  {type: object}
      user.name: {type: string, required: true}
      n:     {type: int}
      list:  {type: array, items: {n: {type: int}}}
  signed_in: {on_violation: reject, data: {phone: {type: string, redact: hash}}}
`

var contractKey = otelanalytics.WithRedactKey([]byte("0123456789abcdef"))

// TestRulesOfRedactedFields: what is dropped or hashed is checked before.
func TestRulesOfRedactedFields(t *testing.T) {
	for mode, wantErr := range map[string]string{"count": "", "omit": "", "reject": "pattern email, type phone, required user.name"} {
		rec := analyticstest.New(t, servicetest.Map(t, strings.ReplaceAll(redactedContract, "MODE", mode)), contractKey)
		err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "signed_up", Data: object{"email": "nobody", "phone": 5, "user": object{}, "n": 1}})
		if diff := cmp.Diff(sorted(wantErr), sorted(told(t, err))); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", mode, diff)
		}
		if got := rec.Violations(); len(got) != 3 {
			t.Errorf("%s: %+v", mode, got)
		}
		for _, e := range rec.Events("signed_up") {
			_, email := e.Data["email"]
			phone, hashed := e.Data["phone"].(string)
			if email || hashed != (mode == "count") || hashed && len(phone) != 64 {
				t.Errorf("%s: %v", mode, e.Data)
			}
		}
	}
}

// TestOmissionBeforeRedaction omits fields in front of, within and behind those of structs that are redacted by their Go names.
func TestOmissionBeforeRedaction(t *testing.T) {
	type inner struct {
		Secret string `bson:"s"`
		Kept   int    `bson:"k"`
	}
	type data struct {
		N     string  `bson:"n"`
		User  inner   `bson:"user"`
		List  []any   `bson:"list"`
		Last  inner   `bson:"last"`
		Inner []inner `bson:"inners"`
	}
	rec := analyticstest.New(t, servicetest.Map(t, strings.ReplaceAll(redactedContract, "MODE", "omit")), contractKey)
	in := data{"text", inner{"x", 1}, []any{5, object{"n": "text", "password": "p"}, inner{"x", 2}}, inner{"x", 3}, []inner{{"x", 4}}}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "signed_up", Data: in}); err != nil {
		t.Fatal(err)
	}
	got := plainJSON(t, rec.Events("signed_up")[0].Document.Lookup("event_data").Document())
	want := `{"user":{"k":1},"list":[null,{},{"k":2}],"last":{"k":3},"inners":[{"k":4}]}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rec.Violations()
}

// TestViolationErrorNamesNoValue: the error lists what is wrong, and quotes nothing of the data.
func TestViolationErrorNamesNoValue(t *testing.T) {
	rec := analyticstest.New(t, contract(t, "reject", "violate"))
	err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: bson.D{
		{Key: "order_id", Value: "s3cret-1"},
		{Key: "currency", Value: "s3cret-2"},
		{Key: "total", Value: -77},
		{Key: "level", Value: 78},
		{Key: "email", Value: "s3cret-3"},
		{Key: "items", Value: bson.A{bson.D{{Key: "sku", Value: 79}}, "s3cret-4"}},
		{Key: "source", Value: false},
		{Key: "more", Value: "s3cret-5"},
	}})
	rec.Violations()
	const want = `otelanalytics: event "paid": event_data.order_id: has more than 4 characters; ` +
		`event_data.currency is none of the values that the event map lists; event_data.total is not 0 or more; ` +
		`event_data.level is none of the values that the event map lists; event_data.email does not match the pattern ".+@.+"; ` +
		`event_data.items.0.sku is not of type string; event_data.items.1 is an entry that is no object; ` +
		`event_data.source is of none of the types string, int; event_data.more is not declared by the event map`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	err = rec.Client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: with("items", entries(500), "total", 2e6, "order_id", nil)})
	rec.Violations()
	invalid, ok := errors.AsType[*otelanalytics.InvalidEventError](err)
	if !ok || len(invalid.Violations) != 100 || !strings.HasSuffix(err.Error(), "; and there are more") {
		t.Errorf("%v", err)
	}
}

func entries(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = object{}
	}
	return all
}

// TestRecordKeepsToTheContract: Record refuses what Track refuses, and records what Track records.
func TestRecordKeepsToTheContract(t *testing.T) {
	for _, tt := range []struct {
		mode   string
		data   any
		orders float64
		want   string
	}{
		{"reject", good(), 1, ""},
		{"reject", with("total", -1), 0, "min total"},
		{"omit", with("currency", 5), 1, ""},
		{"count", with("currency", 5), 1, ""},
	} {
		rec := analyticstest.New(t, contract(t, tt.mode, "keep"))
		ctx := eventctx.WithActor(t.Context(), eventctx.Actor{UserID: "u"})
		if got := told(t, rec.Client.Record(ctx, "paid", tt.data)); got != tt.want || rec.Delta("orders") != tt.orders {
			t.Errorf("%s: %q, %v orders", tt.mode, got, rec.Delta("orders"))
		}
		rec.Violations()
	}
}

// TestViolationsAreLoggedOnce: a line a minute for each field and rule.
func TestViolationsAreLoggedOnce(t *testing.T) {
	for mode, does := range map[string]string{"count": "it is stored as it is", "omit": "the violating fields are left out", "reject": "it is refused"} {
		log := new(servicetest.Log)
		rec := analyticstest.New(t, contract(t, mode, "keep"), otelanalytics.WithLogger(log.Logger()))
		for range 3 {
			_ = rec.Client.Track(t.Context(), otelanalytics.Event{Type: "paid", Data: with("total", -12345, "level", 9)})
		}
		rec.Violations()
		text := log.String()
		if strings.Count(text, does) != 2 || !strings.Contains(text, "event_type=paid field=total rule=min") || strings.Contains(text, "12345") {
			t.Errorf("%s: %s", mode, text)
		}
	}
}
