// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

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
	var m segmentMessage
	wrong := json.Unmarshal(b.data, &m)
	if wrong != nil && !isObject(b.data) {
		return notJSON("the body is no message: " + problemOf(wrong))
	}
	if wrong != nil { // behind it may be the key
		var keyed struct {
			WriteKey text `json:"writeKey"`
		}
		_ = json.Unmarshal(b.data, &keyed) // without a key it is refused below
		m.WriteKey = keyed.WriteKey
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
		out.refuse(0, "", ReasonTooLarge, tooLong(len(b.data)))
	case wrong != nil:
		out.refuse(0, "", ReasonMalformed, problemOf(wrong))
	default:
		out.message(h, 0, &m, now, false)
	}
	return out.finish(w, r, h)
}

func tooLong(bytes int) string {
	return fmt.Sprintf("it has %d bytes, and a message has at most %d", bytes, maxMessage)
}

// isObject reports whether a text is a JSON object.
func isObject(text []byte) bool {
	text = bytes.TrimLeft(text, jsonSpace)
	return len(text) > 0 && text[0] == '{' && json.Valid(text)
}

// segmentBatch is the door for many messages.
func (h *Handler) segmentBatch(w http.ResponseWriter, r *http.Request, d *door) error {
	b, err := h.read(w, r, d.limit)
	if err != nil {
		return asProblem(err, d.limit)
	}
	defer b.release()
	var all segmentEnvelope
	if err := json.Unmarshal(b.data, &all); err != nil {
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
	for i, raw := range all.Batch.first {
		var m segmentMessage
		switch {
		case wrong != nil:
			out.refuse(i, "", ReasonMalformed, "the context of its batch: "+problemOf(wrong))
			continue
		case len(raw) > maxMessage:
			out.refuse(i, "", ReasonTooLarge, tooLong(len(raw)))
			continue
		case d.imp && s.Kind == Public:
			out.refuse(i, "", ReasonImport, "a public key cannot import events; use a key of a secret source")
			continue
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			out.refuse(i, "", ReasonMalformed, problemOf(err))
			continue
		}
		if m.SentAt.IsZero() {
			m.SentAt = all.SentAt
		}
		if m.Context, err = m.Context.merged(context); err != nil {
			out.refuse(i, string(m.MessageID), ReasonMalformed, "context: "+problemOf(err))
			continue
		}
		out.message(h, i, &m, now, d.imp)
	}
	out.refuseRest(&all.Batch)
	return out.finish(w, r, h)
}

// merged returns the object with the fields of another one that it does not have.
func (o object) merged(with object) (object, error) {
	if len(with) == 0 || len(o) == 0 {
		return slices.Concat(o, with), nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(with, &fields); err != nil {
		return nil, err
	}
	members := make([]member, 0, len(fields))
	for name, value := range fields {
		members = append(members, member{name, value})
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	merged, err := o.with(members...)
	return object(merged), err
}

// message adds a message as an event.
func (b *batch) message(h *Handler, index int, m *segmentMessage, now time.Time, imported bool) {
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
	about, err := b.source.about(m.Context)
	if err == nil && !about.consent {
		b.refuse(index, id, ReasonConsent, fmt.Sprintf("%s of its context is not true", b.source.Consent))
		return
	}
	if err == nil {
		if s := h.shape(e.Type); s == nil || !s.closed {
			data.more = append(data.more, about.members...)
		}
		e.SessionID, e.Platform = about.session, about.platform
		e.Data, err = data.of.with(data.more...)
	}
	if err != nil {
		b.refuse(index, id, ReasonMalformed, "context: "+problemOf(err))
		return
	}
	b.add(h, index, id, now, e)
}

// content is what a message says.
type content struct {
	of   object   // the fields of the data
	more []member // and further ones
}

// data returns the data of a message, and sets the type of its event. The problem is empty, or says what is wrong.
func (m *segmentMessage) data(e *otelanalytics.Event) (c content, problem string) {
	e.Type = string(m.Type)
	optional := func(name string, value text) {
		if value != "" {
			c.more = append(c.more, member{name, jsonText(string(value))})
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
		c.of = m.Properties
	case "page", "screen":
		c.of = m.Properties
		optional("name", m.Name)
		optional("category", m.Category)
	case "identify", "group":
		if m.Type == "group" && m.GroupID == "" {
			return c, "a group message has no groupId"
		}
		traits := json.RawMessage(m.Traits)
		if len(traits) == 0 {
			traits = json.RawMessage("{}")
		}
		c.more = append(c.more, member{"traits", traits})
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

// fieldContext is the field of the data that has what is kept of a message's context.
const fieldContext = "context"

// about is what is kept of a message's context.
type about struct {
	members           []member
	session, platform string
	consent           bool // or nobody asks for it
}

// about picks the fields of a context that the source keeps.
func (s *source) about(context object) (a about, err error) {
	a.consent = s.Consent == "" || isTrue(context, s.Consent)
	if len(context) == 0 {
		return a, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(context, &fields); err != nil {
		return a, err
	}
	var device struct {
		Type text `json:"type"`
	}
	if raw := fields["device"]; len(raw) > 0 && json.Unmarshal(raw, &device) == nil {
		a.platform = strings.ToLower(string(device.Type))
	}
	var session text
	if raw := fields["sessionId"]; len(raw) > 0 && json.Unmarshal(raw, &session) == nil {
		a.session = string(session)
	}
	var kept []member
	for _, name := range s.Context {
		if raw, ok := fields[name]; ok {
			kept = append(kept, member{name, raw})
		}
	}
	if len(kept) == 0 {
		return a, nil
	}
	all, err := object("{}").with(kept...)
	a.members = []member{{fieldContext, all}}
	return a, err
}

// isTrue reports whether the field at a path of an object is true.
func isTrue(o object, path string) bool {
	name, below, more := strings.Cut(path, ".")
	var fields map[string]json.RawMessage
	if json.Unmarshal(o, &fields) != nil {
		return false
	}
	if more {
		return isTrue(object(fields[name]), below)
	}
	return string(fields[name]) == "true"
}
