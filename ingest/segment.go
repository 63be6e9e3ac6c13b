// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// segmentMessage is one call of Segment's specification. https://segment.com/docs/connections/spec/common/ has the fields.
type segmentMessage struct {
	Type              text     `json:"type"`
	Event             text     `json:"event"`
	Name              text     `json:"name"`
	Category          text     `json:"category"`
	UserID            text     `json:"userId"`
	AnonymousID       text     `json:"anonymousId"`
	GroupID           text     `json:"groupId"`
	PreviousID        text     `json:"previousId"`
	MessageID         text     `json:"messageId"`
	Properties        object   `json:"properties"`
	Traits            object   `json:"traits"`
	Context           object   `json:"context"`
	Timestamp         instant  `json:"timestamp"`
	OriginalTimestamp instant  `json:"originalTimestamp"`
	SentAt            sendTime `json:"sentAt"`
	WriteKey          text     `json:"writeKey"`
}

// segmentEnvelope is the body of a batch.
type segmentEnvelope struct {
	Batch    messages        `json:"batch"`
	Context  json.RawMessage `json:"context"`
	SentAt   sendTime        `json:"sentAt"`
	WriteKey text            `json:"writeKey"`
}

// segmentOne is the door for one message, whose kind the address says.
func (h *Handler) segmentOne(w http.ResponseWriter, r *http.Request, d *door) error {
	b, err := h.read(w, r, d.limit)
	if err != nil {
		return asProblem(err, d.limit)
	}
	defer b.release()
	if !json.Valid(b.data) {
		return notJSON("the body is no message: it is no JSON object")
	}
	m, wrong := newDecoder[segmentMessage]().decode(b.data)
	if errors.As(wrong, new(kindError)) {
		return notJSON("the body is no message: " + problemOf(wrong))
	}
	if wrong != nil { // behind it may be the key
		_ = fields{{[]byte("writeKey"), &m.WriteKey}}.decode(b.data) // without a key it is refused below
	}
	s, err := h.authorised(r, string(m.WriteKey))
	if err != nil {
		return err
	}
	m.Type = text(d.kind)
	now := h.now()
	out, err := h.newBatch(s, r, 1, now)
	if err != nil {
		return err
	}
	switch {
	case len(b.data) > maxMessage:
		out.refuse(0, "", ReasonTooLarge, tooLong(len(b.data), 0))
	case wrong != nil:
		out.refuse(0, "", ReasonMalformed, problemOf(wrong))
	default:
		out.message(h, 0, m, nil, now, false)
	}
	return out.finish(w, r, h)
}

// tooLong says how long a message is, and the context of its batch, which it would be stored with.
func tooLong(bytes, context int) string {
	if context > 0 {
		return fmt.Sprintf("it has %d bytes with the context of its batch, and a message has at most %d", bytes+context, maxMessage)
	}
	return fmt.Sprintf("it has %d bytes, and a message has at most %d", bytes, maxMessage)
}

// segmentBatch is the door for many messages.
func (h *Handler) segmentBatch(w http.ResponseWriter, r *http.Request, d *door) error {
	b, err := h.read(w, r, d.limit)
	if err != nil {
		return asProblem(err, d.limit)
	}
	defer b.release()
	if !json.Valid(b.data) {
		return notJSON("the body is no batch: it is no JSON object")
	}
	all, err := newDecoder[segmentEnvelope]().decode(b.data)
	if err != nil {
		return notJSON("the body is no batch: " + problemOf(err))
	}
	s, err := h.authorised(r, string(all.WriteKey))
	if err != nil {
		return err
	}
	now := h.now()
	out, err := h.newBatch(s, r, len(all.Batch.first), now)
	if err != nil {
		return err
	}
	var context object
	var wrong error
	if len(all.Context) > 0 {
		wrong = context.UnmarshalJSON(all.Context)
	}
	messages := newDecoder[segmentMessage]()
	_, err = out.trackEach(r.Context(), h, all.Batch.first, len(context), func(i int, raw json.RawMessage) {
		switch {
		case wrong != nil:
			out.refuse(i, "", ReasonMalformed, "the context of its batch: "+problemOf(wrong))
			return
		case len(raw)+len(context) > maxMessage:
			out.refuse(i, "", ReasonTooLarge, tooLong(len(raw), len(context)))
			return
		case d.imp && s.Kind == Public:
			out.refuse(i, "", ReasonImport, "a public key cannot import events; use a key of a secret source")
			return
		}
		m, err := messages.decode(raw)
		if err != nil {
			out.refuse(i, "", ReasonMalformed, problemOf(err))
			return
		}
		if m.SentAt.IsZero() {
			m.SentAt = all.SentAt
		}
		out.message(h, i, m, context, now, d.imp)
	})
	if err != nil {
		return err
	}
	out.refuseRest(&all.Batch)
	return out.finish(w, r, h)
}

// message adds a message as an event. context is that of its batch: it has what the message's own does not say.
func (b *batch) message(h *Handler, index int, m *segmentMessage, context object, now time.Time, imported bool) {
	id := string(m.MessageID)
	e := otelanalytics.Event{
		Key: id, UserID: string(m.UserID), AnonymousID: string(m.AnonymousID), GroupID: string(m.GroupID),
	}
	original := m.Timestamp.Time // what the caller says; some clients note beside it when they were called
	if original.IsZero() {
		original = m.OriginalTimestamp.Time
	}
	if e.Time = happened(now, m.SentAt.Time, original); imported {
		e.Time = original
	}
	data, problem := m.data(&e)
	if problem != "" {
		b.refuse(index, id, ReasonMalformed, problem)
		return
	}
	if s := b.source; s.Consent != "" && !isTrue(s.Consent, m.Context, context) {
		b.refuse(index, id, ReasonConsent, fmt.Sprintf("%s of its context is not true", s.Consent))
		return
	}
	about := b.source.about(context, m.Context)
	if s := h.shape(e.Type); about.kept != nil && (s == nil || !s.closed) {
		data.More = append(data.More, rawjson.Member{Name: fieldContext, Value: about.kept})
	}
	e.SessionID, e.Platform, e.Data = about.session, about.platform, data
	b.add(h, index, id, now, e)
}

// data returns the data of a message, and sets the type of its event. The problem is empty, or says what is wrong.
func (m *segmentMessage) data(e *otelanalytics.Event) (c *bsondoc.JSONObject, problem string) {
	c = new(bsondoc.JSONObject)
	e.Type = string(m.Type)
	optional := func(name string, value text) {
		if value != "" {
			c.More = append(c.More, rawjson.Member{Name: name, Value: jsonText(string(value))})
		}
	}
	if e.UserID == "" && e.AnonymousID == "" && m.Type != "group" {
		return c, "it has neither userId nor anonymousId"
	}
	switch m.Type {
	case "track":
		if e.Type = string(m.Event); e.Type == "" {
			return c, "a track message has no event"
		}
		c.Text = m.Properties
	case "page", "screen":
		c.Text = m.Properties
		optional("name", m.Name)
		optional("category", m.Category)
	case "identify", "group":
		if m.Type == "group" && m.GroupID == "" {
			return c, "a group message has no groupId"
		}
		traits := m.Traits
		if len(traits) == 0 {
			traits = object("{}")
		}
		c.More = append(c.More, rawjson.Member{Name: "traits", Value: traits})
	case "alias":
		if m.PreviousID == "" {
			return c, "an alias message has no previousId"
		}
		optional("previous_id", m.PreviousID)
	default:
		return c, "its type is none of track, identify, page, screen, group, alias"
	}
	return c, ""
}
