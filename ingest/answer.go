// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// Reason is one word for why an event or a request was refused.
type Reason string

// The reasons of refused events. They are final: the same event would be refused again.
const (
	ReasonMalformed  Reason = "malformed"        // a field has the wrong JSON type, or a required one is missing
	ReasonType       Reason = "type_not_allowed" // the source may not send this event type
	ReasonTime       Reason = "time_range"       // it happened at a time that the source may not send
	ReasonTooLarge   Reason = "too_large"        // the event has more bytes than the door takes
	ReasonImport     Reason = "import"           // a public key, at the door for imports
	ReasonInvalid    Reason = "invalid"          // its data do not keep to the event map, or cannot be stored
	ReasonSuppressed Reason = "suppressed"       // its user is on the list of suppressed users
	ReasonUnknown    Reason = "unknown_event"    // the client is strict, and the map does not declare the type
	ReasonConsent    Reason = "consent"          // the user has not agreed, as the source's consent field says
	ReasonUserRate   Reason = "user_rate"        // its user sends more events a second than the source allows
)

// refusal is one event that was refused for good.
type refusal struct {
	Index   int    `json:"index"`
	ID      string `json:"id,omitempty"` // that the client gave it
	Reason  Reason `json:"reason"`
	Message string `json:"message"`
}

// maxRefusals bounds how many refused events an answer names.
const maxRefusals = 100

// answer is the JSON object of each answer.
type answer struct {
	Status  int       `json:"status,omitempty"` // 1 for PostHog's clients
	Success bool      `json:"success"`
	Message string    `json:"message,omitempty"`
	Refused int       `json:"refused,omitempty"` // how many events
	Events  []refusal `json:"events,omitempty"`  // the first of them
}

// problem is a request that is refused as a whole.
type problem struct {
	status     int
	cause      string // otelanalytics.ingest.requests.refused counts it under
	retryAfter int    // seconds; 0: none
	message    string
	source     *source // that sent the request; nil: not known
}

func (p *problem) Error() string { return p.message }

func notJSON(message string) error {
	return &problem{status: http.StatusBadRequest, cause: "malformed", message: message}
}

func tooLarge(limit int) error {
	return &problem{status: http.StatusRequestEntityTooLarge, cause: "too_large", message: fmt.Sprintf("the body is larger than the %d bytes that this address takes; send fewer events in one request", limit)}
}

// retryAfter is how many seconds a client waits after 429 and 503.
const retryAfter = 5

func busy(cause, message string) error {
	return &problem{status: http.StatusTooManyRequests, cause: cause, retryAfter: retryAfter, message: message}
}

// asProblem says how a request ends that could not be read.
func asProblem(err error, limit int) error {
	switch {
	case errors.As(err, new(*problem)):
		return err
	case errors.Is(err, errBusy):
		return busy("busy", "too many requests are being read at the moment; send this one again later")
	case errors.Is(err, errTooLarge):
		return tooLarge(limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &problem{status: http.StatusRequestTimeout, cause: "timeout", message: "the body did not arrive in time"}
	default:
		return &problem{status: http.StatusBadRequest, cause: "malformed", message: "the body could not be read to its end"}
	}
}

// lasting tells errors of Track that concern the event, which are final, from those that concern the moment. It returns the
// reason of the former.
func lasting(err error) (Reason, bool) {
	switch {
	case errors.Is(err, otelanalytics.ErrSuppressed):
		return ReasonSuppressed, true
	case errors.Is(err, otelanalytics.ErrUnknownEvent):
		return ReasonUnknown, true
	case errors.Is(err, otelanalytics.ErrTooLarge):
		return ReasonTooLarge, true
	case errors.As(err, new(*otelanalytics.InvalidEventError)):
		return ReasonInvalid, true
	default:
		return "", false
	}
}

// passing says how a request ends whose events cannot be accepted at the moment.
func passing(err error) error {
	if errors.Is(err, otelanalytics.ErrJournalFull) || errors.Is(err, otelanalytics.ErrQuarantineFull) {
		return busy("full", "there is no room for events at the moment; send them again later")
	}
	return unavailable(nil)
}

func unavailable(s *source) error {
	return &problem{status: http.StatusServiceUnavailable, cause: "unavailable", retryAfter: retryAfter, message: "events cannot be accepted at the moment; send them again later", source: s}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone, then
}

func (h *Handler) refuse(w http.ResponseWriter, err error) {
	var p *problem
	if !errors.As(err, &p) {
		p = &problem{status: http.StatusInternalServerError, message: "internal error"}
	}
	h.counters.refusedRequest(p.source, p.cause)
	if p.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.status == http.StatusUnsupportedMediaType {
		w.Header().Set("Accept-Encoding", takenCodings) // RFC 9110, 15.5.16
	}
	writeJSON(w, p.status, answer{Message: p.message})
}
