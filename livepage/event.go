// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unsafe"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// event is an event as the stream has it.
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

// masked stands for what a viewer may not see.
const masked = "•••"

// encode returns an event as JSON, as far as a viewer may see it.
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
			out.Error = e.more.err.Error()
		}
		for _, v := range e.more.violations {
			out.Violations = append(out.Violations, violation{v.Path, string(v.Rule), v.Problem})
		}
	}
	if access.HideUsers {
		out.User, out.Session, out.Key = hide(out.User), hide(out.Session), hide(out.Key)
		if out.Key != "" {
			out.ID = masked // it is made of the key
		}
	}
	if len(body) > 0 {
		out.Document = documentText(body, e.stored, access)
	}
	encoded, err := json.Marshal(&out)
	if err != nil { // there is no value that cannot be encoded, but for numbers that are not finite
		return nil
	}
	return encoded
}

func hide(text string) string {
	if text == "" {
		return ""
	}
	return masked
}

// documentText returns a document, or its data, as Extended JSON, as far as a viewer may see it.
func documentText(doc bson.Raw, whole bool, access *Access) string {
	if access.HideUsers || len(access.HideFields) > 0 {
		doc = mask(doc, whole, access)
	}
	text, err := bson.MarshalExtJSONIndent(doc, false, false, "", "  ")
	if err != nil {
		return "(a document that has no text)"
	}
	return string(text)
}

// mask returns a copy of a document in which texts stand for what a viewer may not see.
func mask(doc bson.Raw, whole bool, access *Access) bson.Raw {
	var paths []string
	if access.HideUsers && whole {
		paths = append(paths, eventdoc.FieldUserID, eventdoc.FieldSessionID, eventdoc.FieldKey)
		if _, err := doc.LookupErr(eventdoc.FieldKey); err == nil {
			paths = append(paths, eventdoc.FieldID)
		}
	}
	for _, p := range access.HideFields {
		switch {
		case whole && p == "*":
			p = eventdoc.FieldData
		case whole:
			p = eventdoc.FieldData + "." + p
		}
		paths = append(paths, p)
	}
	return maskPaths(doc, paths)
}

func maskPaths(doc bson.Raw, paths []string) bson.Raw {
	elements, err := doc.Elements()
	if err != nil {
		return nil
	}
	out := make(bson.D, 0, len(elements))
	for _, element := range elements {
		key, value := element.Key(), element.Value()
		var inner []string
		hidden := false
		for _, p := range paths {
			if p == key || p == "*" || strings.HasPrefix(key, p+".") {
				hidden = true
			} else if rest, ok := strings.CutPrefix(p, key+"."); ok {
				inner = append(inner, rest)
			}
		}
		nested, isDocument := value.DocumentOK()
		list, isArray := value.ArrayOK()
		switch {
		case hidden:
			out = append(out, bson.E{Key: key, Value: masked})
		case isDocument && len(inner) > 0:
			out = append(out, bson.E{Key: key, Value: maskPaths(nested, inner)})
		case isArray && len(inner) > 0:
			out = append(out, bson.E{Key: key, Value: maskItems(list, inner)})
		default:
			out = append(out, bson.E{Key: key, Value: value})
		}
	}
	encoded, err := bson.Marshal(out)
	if err != nil {
		return nil
	}
	return encoded
}

// maskItems masks in each entry of an array: paths pass through arrays, with an index or without.
func maskItems(list bson.RawArray, paths []string) bson.A {
	values, err := list.Values()
	if err != nil {
		return nil
	}
	for i, p := range paths {
		if first, rest, ok := strings.Cut(p, "."); ok && strings.Trim(first, "0123456789") == "" {
			paths = slices.Clone(paths)
			paths[i] = rest
		}
	}
	out := make(bson.A, len(values))
	for i, v := range values {
		out[i] = v
		if nested, ok := v.DocumentOK(); ok {
			out[i] = maskPaths(nested, paths)
		}
	}
	return out
}

// recorded is an event as the evaluation takes it.
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
