// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

const maxPostHogBody = 20 << 20

// posthogRequest is what the body of a request says.
type posthogRequest struct {
	token    string
	sent     time.Time // when the client sent it, by its own clock
	imported bool      // times are taken as they are
	events   messages
	engage   bool // an event without a name is $identify
	typed    bool // events have the fields of capture v1
	library  []rawjson.Member
	decoder  *decoder[posthogMessage]
}

// posthog is the door of capture v0: one event, an array of them, or an object with the array batch.
func (h *Handler) posthog(w http.ResponseWriter, r *http.Request, d *door) error {
	b, query, err := h.readPostHog(w, r, d.limit)
	if err != nil {
		return err
	}
	defer b.release()
	req := posthogRequest{engage: d.kind == "engage"}
	if err := req.parse(b.data); err != nil {
		return err
	}
	if req.sent.IsZero() {
		req.sent = sentTime(query.sent)
	}
	s, err := h.authorised(r, req.token, query.token)
	if err != nil {
		return err
	}
	now := h.now()
	out, err := h.newBatch(s, r, len(req.events.first), now)
	if err != nil {
		return err
	}
	if _, err := out.posthogEvents(r, h, &req, now); err != nil {
		return err
	}
	out.refuseRest(&req.events)
	out.count(h)
	if query.image {
		writeImage(w)
		return nil
	}
	a := out.answer()
	a.Status = 1
	writeJSON(w, http.StatusOK, a)
	return nil
}

// posthogEvents adds the events and tracks them. With an error it tells how many were dealt with before.
func (b *batch) posthogEvents(r *http.Request, h *Handler, req *posthogRequest, now time.Time) (done int, err error) {
	return b.trackEach(r.Context(), h, req.events.first, 0, func(i int, raw json.RawMessage) { b.posthogEvent(h, i, raw, req, now) })
}

// parse reads a body, which begins as a JSON object or array. The events stay parts of it.
func (q *posthogRequest) parse(data []byte) error {
	if !json.Valid(data) {
		return notJSON("the body begins as JSON and is none; send an event, an array of events, or an object with the array batch")
	}
	if data[0] == '[' {
		q.addAll(data)
	} else if err := q.parseObject(data); err != nil {
		return err
	}
	q.decoder = newDecoder[posthogMessage]()
	for i := 0; q.token == "" && i < len(q.events.first); i++ {
		if m, err := q.decoder.decode(q.events.first[i]); err == nil {
			p := readProperties(m.Properties)
			q.token = m.token(&p)
		}
	}
	return nil
}

func (q *posthogRequest) addAll(events []byte) {
	for event := range rawjson.Elements(events) {
		q.events.add(event)
	}
}

func (q *posthogRequest) parseObject(data []byte) error {
	batched, array := false, true
	for name, value := range rawjson.Members(data) {
		switch string(name) {
		case "batch":
			batched = true
			if array = value[0] == '['; array {
				q.addAll(value)
			}
		case "api_key", "token", "$token":
			q.token = textOf(value)
		case "sent_at", "sentAt":
			q.sent = sentTime(textOf(value))
		case "historical_migration":
			q.imported = string(value) == "true"
		}
	}
	if !array {
		return notJSON("batch is no JSON array")
	}
	if !batched {
		q.events.add(data)
	}
	return nil
}

// sentTime reads when a client sent a request: milliseconds since 1970, or a time that [parseMoment] reads. Seconds, as the oldest clients send
// them, are too coarse to tell a clock's error. The zero time is that nothing usable is said.
func sentTime(text string) time.Time {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		if ms < minSentMillis || ms > maxMillis {
			return time.Time{}
		}
		return time.UnixMilli(ms)
	}
	at, _ := parseMoment(text)
	return at
}

// minSentMillis is 2010 in milliseconds. As seconds, no number as large is a time before the year 40,000.
const minSentMillis = 1_262_304_000_000

// textOf returns a JSON string or number as a text, and everything else as none.
func textOf(value []byte) string {
	var t text
	if len(value) == 0 || t.UnmarshalJSON(value) != nil {
		return ""
	}
	return string(t)
}

// writeImage answers with a transparent GIF of one pixel, for requests that an img element makes.
func writeImage(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/gif")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, pixel) // the client is gone, then
}

const pixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;"
