// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"encoding/json"
	"time"
	"unsafe"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// event is an event in the form in which the stream sends it.
type event struct {
	Number     int64       `json:"number"` // counts the events that the page saw, since the first viewer came
	Type       string      `json:"type"`
	Result     string      `json:"result"`
	ID         string      `json:"id,omitempty"`
	Time       time.Time   `json:"time"`
	User       string      `json:"user,omitempty"`
	Session    string      `json:"session,omitempty"`
	Platform   string      `json:"platform,omitempty"`
	Module     string      `json:"module,omitempty"`
	Key        string      `json:"key,omitempty"`
	TraceID    string      `json:"trace_id,omitempty"`
	Document   string      `json:"document,omitempty"` // Extended JSON: of the whole document, or of the data where nothing is stored
	Stored     bool        `json:"stored"`
	TooLarge   int         `json:"too_large,omitempty"` // the size of a document that is not shown
	Redacted   []string    `json:"redacted,omitempty"`
	Violations []violation `json:"violations,omitempty"`
	Moves      []move      `json:"moves,omitempty"`
	Error      string      `json:"error,omitempty"`
}

type violation struct {
	Path    string `json:"path"`
	Rule    string `json:"rule"`
	Problem string `json:"problem"`
}

// encode returns an event as JSON, masked for a viewer. It leaves out a document whose text is large, such as a
// document of many small fields.
func encode(number int64, b *batch, e *seen, moves []move, access *Access) []byte {
	texts, body := b.parts(e)
	out := event{
		Number: number, Type: string(texts[0]), Module: string(texts[1]), User: string(texts[2]), Session: string(texts[3]),
		Platform: string(texts[4]), Key: string(texts[5]), Result: e.result.String(), Time: e.at.UTC(), Stored: e.stored,
		TooLarge: e.large, Moves: moves,
	}
	if e.id != (otelanalytics.EventID{}) {
		out.ID = e.id.String()
	}
	if e.traceID.IsValid() {
		out.TraceID = e.traceID.String()
	}
	if e.more != nil {
		out.Redacted = e.more.redacted
		if e.more.err != nil {
			out.Error = errorText(e.more.err, access)
		}
		for _, v := range e.more.violations {
			out.Violations = append(out.Violations, violation{v.Path, string(v.Rule), v.Problem})
		}
	}
	if access.HideUsers {
		out.User, out.Session, out.Key = hide(out.User), hide(out.Session), hide(out.Key)
		if out.Key != "" || e.result == otelanalytics.ResultDuplicate {
			out.ID = masked // it is made of the key; of a duplicate, the key is not known here
		}
	}
	if len(access.HideFields) > 0 {
		out.hideMoves()
	}
	out.hideViolations(access.hiddenData())
	if len(body) > 0 {
		out.Document = documentText(body, e.stored, access)
	}
	encoded, err := json.Marshal(&out)
	if err == nil && len(encoded) > maxTickBytes && out.Document != "" {
		out.Document, out.TooLarge = "", len(body)
		encoded, err = json.Marshal(&out)
	}
	if err != nil { // there is no value that cannot be encoded, but for numbers that are not finite
		return nil
	}
	return encoded
}

// recorded returns an event in the form that the evaluation reads.
func recorded(b *batch, e *seen) (r eventdoc.Recorded, ok bool) {
	if e.result != otelanalytics.ResultAccepted && e.result != otelanalytics.ResultRecorded || e.large > 0 {
		return r, false
	}
	if e.stored {
		r, err := eventdoc.ParseRecorded(b.bytes[e.start:e.end])
		return r, err == nil
	}
	texts, body := b.parts(e)
	return eventdoc.Recorded{
		Type: text(texts[0]), Module: text(texts[1]), Platform: text(texts[4]), Session: len(texts[3]) > 0, WithoutMetrics: !e.metrics,
		Data: body,
	}, true
}

// text returns bytes as a text that shares their memory.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
