// SPDX-License-Identifier: Apache-2.0

package ingest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// FuzzBodies sends any body to each door. The answer is always one that clients know, names no more events than were refused, and
// leaves no memory taken.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{
		`{"batch":[{"type":"track","event":"order_completed","userId":"u","context":{"page":{"url":"/"}},"properties":{"total":1}}],"sentAt":"2026-01-01T00:00:00Z"}`,
		`{"event":"order_completed","userId":7,"timestamp":1700000000000,"properties":{}}`,
		`[{"event_type":"page","event_data":{"a":[1,{"b":null}]}}]`, "{}\n{}", "\x1f\x8b", `{"batch":[null,1,"x",[],{}]}`, `{"context":{"a":1},"batch":[{"context":null}]}`,
		`{"api_key":"` + serverKey + `","sent_at":"2026-01-01T00:00:00Z","batch":[{"event":"$identify","uuid":"u","distinct_id":7,"offset":1e3,"properties":{"$groups":{"a":1},"\u0024ip":"x"},"$set":{"$ip":1}}]}`,
		`[{"event":"page","options":{"a":1},"session_id":"s","properties":{"token":"x"}}]`, "data=eyJldmVudCI6InBhZ2UifQ%3D%3D&compression=base64", posthogEventLZ64, gzipped(posthogEvent), "x\x9c\x03\x00",
		zstandard(posthogEvent), "\x28\xb5\x2f\xfd\x84\xff\xff\xff\xff\xff",
	} {
		for i := range doorsToFuzz {
			f.Add(i, []byte(body))
		}
	}
	s := newService(f, nil)
	f.Fuzz(func(t *testing.T, i int, body []byte) {
		s.t = t
		door := doorsToFuzz[uint(i)%uint(len(doorsToFuzz))]
		r := httptest.NewRequest(http.MethodPost, door.path, bytes.NewReader(body))
		r.SetBasicAuth(serverKey, "")
		r.Header.Set("Content-Type", door.media)
		a := s.do(r)
		switch a.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("%d %s", a.Code, a.Body)
		}
		if (a.Code == http.StatusOK) != a.Success || a.Refused < len(a.Events) {
			t.Errorf("%d %s", a.Code, a.Body)
		}
		if n := s.handler.Held(); n != 0 {
			t.Errorf("%d bytes of bodies are still held", n)
		}
	})
}

var doorsToFuzz = []struct{ path, media string }{
	{"/v1/batch", ""},
	{"/v1/import", ""},
	{"/v1/events", ""},
	{"/v1/events", "application/cloudevents+json"},
	{"/v1/track", ""},
	{"/v1/identify", ""},
	{"/v1/page", ""},
	{"/v1/group", ""},
	{"/v1/alias", ""},
	{"/batch", ""},
	{"/e?compression=lz64", ""},
	{"/engage", "application/x-www-form-urlencoded"},
	{"/i/v1/analytics/events", ""},
}
