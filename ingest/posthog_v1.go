// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

// verdict says what became of an event of capture v1.
type verdict struct {
	Result  string `json:"result"`            // ok, drop: refused for good, or retry: the client sends it again
	Details string `json:"details,omitempty"` // why
}

// verdicts is the answer of capture v1.
type verdicts struct {
	Results map[string]verdict `json:"results"` // by the uuid of the event
	answer
}

// posthogV1 is the door of capture v1, which has a verdict for each event. The client's clock, its name and its key are in headers.
// What cannot be accepted at the moment gets the verdict retry; a request of which no event is known gets 503. There is no 429, because
// posthog-go takes it for final here.
func (h *Handler) posthogV1(w http.ResponseWriter, r *http.Request, d *door) error {
	err := h.captureV1(w, r, d)
	var p *problem
	if errors.As(err, &p) && p.status == http.StatusTooManyRequests {
		again := *p
		again.status = http.StatusServiceUnavailable
		return &again
	}
	return err
}

func (h *Handler) captureV1(w http.ResponseWriter, r *http.Request, d *door) error {
	s, err := h.authorised(r, "")
	if err != nil {
		return err
	}
	b, _, err := h.readPostHog(w, r, d.limit)
	if err != nil {
		return err
	}
	defer b.release()
	_, key, _ := h.fromHeaders(r)
	req := posthogRequest{token: key, typed: true, library: libraryOf(r)}
	if err := req.parse(b.data); err != nil {
		return err
	}
	req.sent = sentTime(r.Header.Get("PostHog-Request-Timestamp"))
	now, done := h.now(), 0
	out, err := h.newBatch(s, r, len(req.events.first), now)
	if err == nil {
		out.named = maxEvents
		done, err = out.posthogEvents(r, h, &req, now)
	} else {
		out = &batch{source: s}
	}
	var again *problem
	if err != nil && (!errors.As(err, &again) || slices.Contains(req.uuids()[done:], "")) {
		return err // no verdict could tell the client which event to send again
	}
	out.refuseRest(&req.events)
	if again != nil {
		h.counters.refusedRequest(s, again.cause)
		w.Header().Set("Retry-After", strconv.Itoa(again.retryAfter))
		out.countRefused(h) // they do not come again
	} else {
		out.count(h)
	}
	writeJSON(w, http.StatusOK, out.verdicts(&req, done, again))
	return nil
}

// verdicts tells what became of each event. Those from done on come again.
func (b *batch) verdicts(q *posthogRequest, done int, again *problem) verdicts {
	v := verdicts{Results: make(map[string]verdict), answer: b.answer()}
	v.Events = nil // the results have them
	uuids := q.uuids()
	for i, uuid := range uuids {
		switch {
		case uuid == "":
		case i >= done && again != nil:
			v.Results[uuid] = verdict{"retry", again.message}
		default:
			v.Results[uuid] = verdict{Result: "ok"}
		}
	}
	for _, r := range b.first {
		switch {
		case r.Index >= len(uuids) || uuids[r.Index] == "":
			v.Events = append(v.Events, r)
		default:
			v.Results[uuids[r.Index]] = verdict{"drop", string(r.Reason) + ": " + r.Message}
		}
	}
	return v
}

// uuids returns the uuid of each event, which may have none.
func (q *posthogRequest) uuids() []string {
	uuids := make([]string, len(q.events.first))
	d := newDecoder[struct {
		UUID text `json:"uuid"`
	}]()
	for i, raw := range q.events.first {
		m, _ := d.decode(raw) // what is no event is refused
		uuids[i] = string(m.UUID)
	}
	return uuids
}

// libraryOf returns the properties that name the client, as its header does: name/version.
func libraryOf(r *http.Request) []rawjson.Member {
	info := r.Header.Get("PostHog-Sdk-Info")
	i := strings.LastIndexByte(info, '/')
	if i <= 0 || len(info) > 200 {
		return nil
	}
	return []rawjson.Member{{Name: "$lib", Value: jsonText(info[:i])}, {Name: "$lib_version", Value: jsonText(info[i+1:])}}
}

// addTyped adds the properties that capture v1 has in fields of their own.
func (p *posthogProperties) addTyped(m *posthogMessage, library []rawjson.Member) {
	add := func(name string, value []byte) {
		if !slices.ContainsFunc(p.all, func(m rawjson.Member) bool { return m.Name == name }) {
			p.add(rawjson.Member{Name: name, Value: value})
		}
	}
	for _, m := range library {
		add(m.Name, m.Value)
	}
	if m.SessionID != "" {
		add("$session_id", jsonText(string(m.SessionID)))
	}
	if m.WindowID != "" {
		add("$window_id", jsonText(string(m.WindowID)))
	}
	if len(m.Options) == 0 {
		return
	}
	for option, value := range rawjson.Members(m.Options) {
		if name, ok := typedOptions[string(option)]; ok {
			add(name, value)
		}
	}
}

// typedOptions are the options of an event, and the properties that they are in capture v0.
var typedOptions = map[string]string{
	"cookieless_mode":         "$cookieless_mode",
	"disable_skew_correction": "$ignore_sent_at",
	"process_person_profile":  "$process_person_profile",
	"product_tour_id":         "$product_tour_id",
}
