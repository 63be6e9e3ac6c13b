// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// posthogMessage is one event of PostHog's clients.
type posthogMessage struct {
	Event           text     `json:"event"`
	UUID            text     `json:"uuid"`
	DistinctID      text     `json:"distinct_id"`
	OtherDistinctID text     `json:"$distinct_id"`
	Properties      object   `json:"properties"`
	Set             object   `json:"$set"`
	SetOnce         object   `json:"$set_once"`
	Timestamp       instant  `json:"timestamp"`
	Offset          offset   `json:"offset"`
	SentAt          sendTime `json:"sent_at"`
	APIKey          text     `json:"api_key"`
	Token           text     `json:"token"`
	OtherToken      text     `json:"$token"`
	// Capture v1 has these in place of properties.
	SessionID text   `json:"session_id"`
	WindowID  text   `json:"window_id"`
	Options   object `json:"options"`
}

// offset is how many milliseconds lie between an event and its sending. null is none.
type offset struct {
	ms    float64
	given bool
}

func (o *offset) UnmarshalJSON(b []byte) error {
	switch kind := kindOf(b); {
	case b[0] == 'n':
		*o = offset{}
	case kind != "number":
		return kindError("field offset is a JSON " + kind)
	default:
		o.given = true
		o.ms, _ = strconv.ParseFloat(string(b), 64) // one beyond all floating-point numbers is infinite
	}
	return nil
}

// token returns the key that the event was sent with.
func (m *posthogMessage) token(p *posthogProperties) string {
	return cmp.Or(string(m.APIKey), string(m.Token), string(m.OtherToken), p.token)
}

// posthogEvent adds an event.
func (b *batch) posthogEvent(h *Handler, index int, raw json.RawMessage, q *posthogRequest, now time.Time) {
	if len(raw) > maxMessage {
		b.refuse(index, "", ReasonTooLarge, fmt.Sprintf("it has %d bytes, and an event has at most %d", len(raw), maxMessage))
		return
	}
	m, err := q.decoder.decode(raw)
	if err != nil {
		b.refuse(index, "", ReasonMalformed, problemOf(err))
		return
	}
	id := string(m.UUID)
	if q.imported && b.source.Kind == Public {
		b.refuse(index, id, ReasonImport, "a public key cannot import events, which historical_migration asks for; use a key of a secret source")
		return
	}
	p := readProperties(m.Properties)
	if t := m.token(&p); t != "" && t != q.token {
		if s := h.find(t); s == nil || s.Name != b.source.Name {
			b.refuse(index, id, ReasonMalformed, "its token is not that of its request")
			return
		}
	}
	if q.engage && m.Event == "" {
		m.Event = "$identify"
	}
	if q.typed {
		p.addTyped(m, q.library)
	}
	distinct := cmp.Or(string(m.DistinctID), string(m.OtherDistinctID), p.distinctID)
	if distinct == "" {
		b.refuse(index, id, ReasonMalformed, "it has no distinct_id")
		return
	}
	if s := b.source; s.Consent != "" && !isTrue(s.Consent, m.Properties) {
		b.refuse(index, id, ReasonConsent, fmt.Sprintf("%s of its properties is not true", s.Consent))
		return
	}
	e := otelanalytics.Event{Key: id, Type: string(m.Event), SessionID: p.session, Platform: p.platform()}
	e.UserID, e.AnonymousID = p.who(e.Type, distinct)
	e.GroupID = p.group()
	at, ok := m.happened(q, p.ignoreSent, now)
	if !ok {
		b.refuse(index, id, ReasonMalformed, "offset is no number of milliseconds that lies between 0 and 100 years")
		return
	}
	e.Time = at
	e.Data = &bsondoc.JSONObject{Text: p.data(b.source, h.shape(e.Type), &e, m)}
	b.add(h, index, id, now, e)
}

// maxOffset is a hundred years in milliseconds.
const maxOffset = 100 * 365.25 * 24 * 3600 * 1000

// happened returns when an event happened. An offset says it without any clock. Otherwise the clock of the client counts as far as
// the time at which it sent the request tells its error.
func (m *posthogMessage) happened(q *posthogRequest, ignoreSent bool, now time.Time) (_ time.Time, ok bool) {
	if ms := m.Offset.ms; m.Offset.given {
		if ms < 0 || ms > maxOffset {
			return time.Time{}, false
		}
		return now.Add(-time.Duration(ms * float64(time.Millisecond))), true
	}
	sent := q.sent
	if !m.SentAt.IsZero() {
		sent = m.SentAt.Time
	}
	if q.imported || ignoreSent {
		sent = time.Time{}
	}
	return happened(now, sent, m.Timestamp.Time), true
}
