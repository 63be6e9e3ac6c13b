// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// FuzzTrack has a caller pass anything: Track never panics, accepts or refuses with a typed error, and the
// page stays what Prometheus can read.
func FuzzTrack(f *testing.F) {
	f.Add("user_logged_in", "", "u", `{"auth_method":"email"}`, int64(0), uint8(0))
	f.Add("order.paid", "k", "", `{"total":{"amount":1e308},"cart":[1,[2,{"a":null}]]}`, int64(-1), uint8(0))
	f.Add("order.\xff", "k\x00", "\xfe", `{"a\u0000b":1}`, int64(1)<<62, uint8(0))
	f.Add("", "", "", "null", int64(5), uint8(0))
	f.Add("order.x", "", "", "\x05\x00\x00\x00\x00", int64(5), uint8(1))
	f.Add("order.x", "", "", "\x10\x00\x00\x00\x04cart\x00\x05\x00\x00\x00\x00\x00", int64(5), uint8(2))
	store, err := mongostore.Open(f.Context(), mongostore.Config{
		URI: "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1000", Dir: f.TempDir(),
	})
	if err != nil {
		f.Fatal(err)
	}
	s := &service{t: f, log: new(servicetest.Log), abandon: true}
	s.run(otelanalytics.WithStore(store))
	f.Fuzz(func(t *testing.T, eventType, key, user, payload string, nanos int64, kind uint8) {
		var data any
		switch kind % 4 {
		case 0:
			d := json.NewDecoder(strings.NewReader(payload))
			d.UseNumber()
			if d.Decode(&data) != nil {
				data = payload
			}
		case 1:
			data = bson.Raw(payload)
		case 2:
			data = map[string]any{"total": bson.Raw(payload), "cart": bson.RawValue{Type: bson.TypeArray, Value: []byte(payload)}}
		case 3:
			data = bson.D{{Key: payload, Value: payload}}
		}
		err := s.client.Track(t.Context(), otelanalytics.Event{Type: eventType, Key: key, UserID: user, Time: time.Unix(0, nanos), Data: data})
		var invalid *otelanalytics.InvalidEventError
		if err != nil && !errors.As(err, &invalid) && !errors.Is(err, otelanalytics.ErrJournalFull) {
			t.Errorf("%T: %v", err, err)
		}
		if _, err := s.Exporter.Gatherer().Gather(); err != nil {
			t.Errorf("the page: %v", err)
		}
	})
}
