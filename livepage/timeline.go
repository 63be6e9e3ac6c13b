// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"context"
	"net/http"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// The bounds of a timeline.
const (
	timelinePage    = 50
	timelineTimeout = 10 * time.Second
	maxDocumentText = 64 << 10 // bytes of one document as it is shown
)

type timelinePageBody struct {
	Events []timelineEvent `json:"events"`
	Next   string          `json:"next,omitempty"`
}

type timelineEvent struct {
	ID       string     `json:"id"`
	Type     string     `json:"type"`
	Time     *time.Time `json:"time"` // null for a year that RFC 3339 cannot write
	Session  string     `json:"session,omitempty"`
	Module   string     `json:"module,omitempty"`
	Document string     `json:"document"`
}

// timeline answers with a page of a user's stored events.
func (p *Page) timeline(w http.ResponseWriter, r *http.Request, access Access) {
	if p.config.timeline == nil {
		http.Error(w, "The page cannot read MongoDB: pass livepage.WithTimeline.", http.StatusNotFound)
		return
	}
	if access.HideUsers {
		http.Error(w, "You may not look for users.", http.StatusForbidden)
		return
	}
	user := r.URL.Query().Get("user")
	if user == "" {
		http.Error(w, "Name a user.", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), timelineTimeout)
	defer cancel()
	docs, next, err := p.config.timeline.UserDocuments(ctx, user, r.URL.Query().Get("cursor"), timelinePage)
	if err != nil {
		p.config.logger.WarnContext(ctx, "the live page could not read a timeline", "error", err)
		http.Error(w, "MongoDB did not answer; the log has the reason.", http.StatusBadGateway)
		return
	}
	out := timelinePageBody{Events: []timelineEvent{}, Next: next}
	for _, doc := range docs {
		e, err := eventdoc.Parse(doc)
		if err != nil {
			continue // of a later version
		}
		one := timelineEvent{ID: e.ID, Type: e.Type, Session: e.SessionID, Module: e.Module, Document: "(too large to be shown)"}
		if year := e.Time.UTC().Year(); year >= 0 && year <= 9999 {
			one.Time = new(e.Time.UTC())
		}
		if len(doc) <= maxDocumentSize {
			if text := documentText(doc, true, &access); len(text) <= maxDocumentText {
				one.Document = text
			}
		}
		out.Events = append(out.Events, one)
	}
	answer(w, out)
}
