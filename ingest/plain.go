// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// plainEvent is an event of the plain door: the fields have the names that they have in the document.
type plainEvent struct {
	ID          text     `json:"id"` // the idempotency key
	Type        text     `json:"event_type"`
	UserID      text     `json:"user_id"`
	AnonymousID text     `json:"anonymous_id"`
	GroupID     text     `json:"group_id"`
	SessionID   text     `json:"session_id"`
	Platform    text     `json:"platform"`
	Timestamp   instant  `json:"timestamp"`
	SentAt      sendTime `json:"sent_at"`
	Data        object   `json:"event_data"`
}

// plain is the door for JSON: an object, an array of objects, or one object in each line. Its events are CloudEvents where the
// headers say so.
func (h *Handler) plain(w http.ResponseWriter, r *http.Request, d *door) error {
	s, err := h.authorised(r, "")
	if err != nil {
		return err
	}
	b, err := h.read(w, r, d.limit)
	if err != nil {
		return asProblem(err, d.limit)
	}
	defer b.release()
	mode := modeOf(r)
	var all messages
	if mode == binary {
		all.first = make([]json.RawMessage, 1)
		all.first[0], err = binaryEvent(r, b.data)
	} else {
		all, err = split(b.data)
	}
	if err != nil {
		return err
	}
	now := h.now()
	out, err := h.newBatch(s, r, len(all.first), now)
	if err != nil {
		return err
	}
	plain, cloud := newDecoder[plainEvent](), newDecoder[cloudEvent]()
	_, err = out.trackEach(r.Context(), h, all.first, 0, func(i int, raw json.RawMessage) {
		switch {
		case raw == nil:
			out.refuse(i, "", ReasonMalformed, "its line is no JSON; want one JSON object in each line")
		case len(raw) > maxMessage:
			out.refuse(i, "", ReasonTooLarge, fmt.Sprintf("it has %d bytes, and an event has at most %d", len(raw), maxMessage))
		case mode == noCloudEvents:
			out.plainEvent(h, i, raw, plain, now)
		default:
			out.cloudEvent(h, i, raw, cloud, now)
		}
	})
	if err != nil {
		return err
	}
	out.refuseRest(&all)
	return out.finish(w, r, h)
}

// refuseRest refuses the events beyond those that a request may have.
func (b *batch) refuseRest(all *messages) {
	if all.more > 0 {
		b.refuse(len(all.first), "", ReasonTooLarge, fmt.Sprintf("a request has at most %d events; this one and those behind it are not taken", maxEvents))
		b.refuseMore(all.more-1, ReasonTooLarge)
	}
}

func (b *batch) plainEvent(h *Handler, index int, raw json.RawMessage, d *decoder[plainEvent], now time.Time) {
	e, err := d.decode(raw)
	if err != nil {
		b.refuse(index, "", ReasonMalformed, problemOf(err))
		return
	}
	event := otelanalytics.Event{
		Key: string(e.ID), Type: string(e.Type), UserID: string(e.UserID), AnonymousID: string(e.AnonymousID), GroupID: string(e.GroupID),
		SessionID: string(e.SessionID), Platform: string(e.Platform), Time: happened(now, e.SentAt.Time, e.Timestamp.Time),
	}
	b.addData(h, index, string(e.ID), now, event, e.Data)
}
