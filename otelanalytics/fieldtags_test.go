// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// TestFieldsByTheirTags: attributes and documents read the name that the tags give.
func TestFieldsByTheirTags(t *testing.T) {
	type login struct {
		Method  string `json:"auth_method"`
		OrderID int    `json:"order_id,omitempty"`
	}
	for name, c := range map[string]struct {
		options []otelanalytics.Option
		want    map[string]any
		counted float64 // with the attribute
	}{
		"json tags":            {nil, map[string]any{"auth_method": "email", "order_id": 7}, 2},
		"bson tags only":       {[]otelanalytics.Option{otelanalytics.WithBSONTagsOnly()}, map[string]any{"method": "email", "orderid": 7}, 0},
		"by the configuration": {[]otelanalytics.Option{otelanalytics.WithConfig(config.Config{BSONTagsOnly: true})}, map[string]any{"method": "email", "orderid": 7}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			rec := analyticstest.New(t, parse(t), c.options...)
			data := login{"email", 7}
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_in", Data: data}); err != nil {
				t.Fatal(err)
			}
			if err := rec.Client.Record(t.Context(), "user_logged_in", &data); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, rec.Events("user_logged_in")[0].Data); diff != "" {
				t.Error(diff)
			}
			if n := rec.Delta("user_logins", "auth_method", "email"); n != c.counted {
				t.Errorf("%v logins by email, want %v", n, c.counted)
			}
		})
	}
}
