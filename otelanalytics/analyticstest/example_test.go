// SPDX-License-Identifier: Apache-2.0

package analyticstest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
)

const events = `
version: 1
metrics:
  user_registrations:
    instrument: counter
    attributes: {registration_type: {values: [email, google, guest]}}
events:
  user_registered: {record: [{metric: user_registrations}]}
`

// signUp is the code under test.
func signUp(ctx context.Context, client *otelanalytics.Client, user string) error {
	return client.Track(ctx, otelanalytics.Event{
		Type: "user_registered", UserID: user,
		Data: map[string]any{"registration_type": "email"},
	})
}

// A recorder has a client for the code under test, and what that code tracked. In a test, t is its *testing.T.
func Example() {
	t := new(exampleT)
	defer t.end()
	m, err := eventmap.Parse([]byte(events))
	if err != nil {
		t.Fatal(err)
	}
	rec := analyticstest.New(t, m)
	if err := signUp(t.Context(), rec.Client, "u-17"); err != nil {
		t.Fatal(err)
	}

	for _, e := range rec.Events("user_registered") {
		fmt.Println(e.UserID, e.Data["registration_type"])
	}
	fmt.Println(rec.Delta("user_registrations", "registration_type", "email"))
	fmt.Println(rec.Delta("user_registrations", "registration_type", "google"))
	// Output:
	// u-17 email
	// 1
	// 0
}

// TestSignUp is what such a test looks like; with the event map in a file, m comes from eventmap.ParseFile.
func TestSignUp(t *testing.T) {
	m, err := eventmap.Parse([]byte(events))
	if err != nil {
		t.Fatal(err)
	}
	rec := analyticstest.New(t, m)
	if err := signUp(t.Context(), rec.Client, "u-17"); err != nil {
		t.Fatal(err)
	}
	if got := rec.Events("user_registered"); len(got) != 1 || got[0].UserID != "u-17" {
		t.Errorf("tracked: %+v", got)
	}
	if got := rec.Delta("user_registrations", "registration_type", "email"); got != 1 {
		t.Errorf("user_registrations grew by %v, want 1", got)
	}
}
