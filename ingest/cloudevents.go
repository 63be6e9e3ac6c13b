// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// cloudEvent is an event of CloudEvents 1.0 in its JSON format. Extension attributes name who did it.
type cloudEvent struct {
	SpecVersion text    `json:"specversion"`
	ID          text    `json:"id"`
	Source      text    `json:"source"`
	Type        text    `json:"type"`
	Time        instant `json:"time"`
	Data        object  `json:"data"`
	DataBase64  text    `json:"data_base64"`
	UserID      text    `json:"userid"`
	AnonymousID text    `json:"anonymousid"`
	GroupID     text    `json:"groupid"`
	SessionID   text    `json:"sessionid"`
	Platform    text    `json:"platform"`
}

// The media types of CloudEvents' structured and batched content modes.
const (
	cloudEventType      = "application/cloudevents+json"
	cloudEventBatchType = "application/cloudevents-batch+json"
)

// cloudEventMode says how a request carries CloudEvents.
type cloudEventMode uint8

const (
	noCloudEvents cloudEventMode = iota
	structured                   // the body is one event, or an array of them
	binary                       // the headers have the attributes, and the body is the data
)

// modeOf looks at the headers alone, as CloudEvents' HTTP binding asks for.
func modeOf(r *http.Request) cloudEventMode {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && (media == cloudEventType || media == cloudEventBatchType):
		return structured
	case r.Header.Get("Ce-Specversion") != "":
		return binary
	default:
		return noCloudEvents
	}
}

// binaryEvent puts an event of the binary content mode into its JSON format.
func binaryEvent(r *http.Request, data []byte) (json.RawMessage, error) {
	var members []rawjson.Member
	for name, values := range r.Header {
		attribute, ok := strings.CutPrefix(name, "Ce-")
		if !ok || len(values) == 0 {
			continue
		}
		value, err := url.PathUnescape(values[0])
		if err != nil {
			return nil, notJSON("the header ce-" + strings.ToLower(attribute) + " is not percent-encoded as CloudEvents asks for")
		}
		members = append(members, rawjson.Member{Name: strings.ToLower(attribute), Value: jsonText(value)})
	}
	if len(data) > 0 {
		if !json.Valid(data) {
			return nil, notJSON("the data of the CloudEvent are no JSON; only JSON objects can be stored")
		}
		members = append(members, rawjson.Member{Name: "data", Value: data})
	}
	return object("{}").with(members...), nil
}

// cloudEvent adds a CloudEvent.
func (b *batch) cloudEvent(h *Handler, index int, raw json.RawMessage, d *decoder[cloudEvent], now time.Time) {
	c, err := d.decode(raw)
	if err != nil {
		b.refuse(index, "", ReasonMalformed, problemOf(err))
		return
	}
	id := string(c.ID)
	switch {
	case c.SpecVersion != "1.0":
		b.refuse(index, id, ReasonMalformed, "specversion is not 1.0, the only version of CloudEvents that is taken")
		return
	case c.ID == "" || c.Source == "" || c.Type == "":
		b.refuse(index, id, ReasonMalformed, "id, source or type is missing; CloudEvents requires them")
		return
	case c.DataBase64 != "":
		b.refuse(index, id, ReasonMalformed, "data_base64 holds binary data; only JSON objects can be stored")
		return
	}
	e := otelanalytics.Event{
		Key:  string(c.Source) + " " + id, // together they identify an event; a source is a URI reference and has no space
		Type: string(c.Type), UserID: string(c.UserID), AnonymousID: string(c.AnonymousID), GroupID: string(c.GroupID),
		SessionID: string(c.SessionID), Platform: string(c.Platform), Time: c.Time.Time,
	}
	b.addData(h, index, id, now, e, c.Data)
}

// addData adds an event without a context.
func (b *batch) addData(h *Handler, index int, id string, now time.Time, e otelanalytics.Event, data object) {
	if b.source.Consent != "" {
		b.refuse(index, id, ReasonConsent, "the events of this address have no context that could show consent")
		return
	}
	if len(data) > 0 {
		e.Data = &bsondoc.JSONObject{Text: data}
	}
	b.add(h, index, id, now, e)
}
