// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestHooksBehindTheDoors: a hook reads the data of an event as a document, with what the door adds, and may change it.
func TestHooksBehindTheDoors(t *testing.T) {
	for path, body := range map[string]string{
		"/v1/track":  `{"event":"order_completed","userId":"u","properties":{"total":2},"context":{"locale":"de"}}`,
		"/v1/events": `{"event_type":"order_completed","event_data":{"total":2,"context":{"locale":"de"}}}`,
		"/e":         `{"event":"order_completed","distinct_id":"u","properties":{"total":2,"context":{"locale":"de"}}}`,
	} {
		hook := func(_ context.Context, e *otelanalytics.Event) bool {
			doc, ok := e.Data.(bson.Raw)
			if locale, is := doc.Lookup("context", "locale").StringValueOK(); !ok || !is || locale != "de" {
				t.Errorf("%s: the hook got %T %v", path, e.Data, e.Data)
			}
			e.Data = append(bson.D{{Key: "hooked", Value: true}}, bson.E{Key: "was", Value: doc})
			return true
		}
		s := newService(t, nil, otelanalytics.WithBeforeTrack(hook))
		if a := s.post(path, serverKey, body); a.Code != http.StatusOK || a.Refused != 0 {
			t.Fatalf("%s: %d %s", path, a.Code, a.Body)
		}
		want := data{"hooked": true, "was": data{"total": 2, "context": data{"locale": "de"}}}
		if diff := cmp.Diff(want, s.Events("order_completed")[0].Data); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", path, diff)
		}
	}
}
