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
)

type timelinePageBody struct {
	Events []timelineEvent `json:"events"`
	Next   string          `json:"next,omitempty"`
}

type timelineEvent struct {
	ID       string    `json:"id"`
	Type     string    `json:"type"`
	Time     time.Time `json:"time"`
	Session  string    `json:"session,omitempty"`
	Module   string    `json:"module,omitempty"`
	Document string    `json:"document"`
}

// timeline answers with a page of what MongoDB has of a user.
func (p *Page) timeline(w http.ResponseWriter, r *http.Request, access Access) {
	if p.config.timeline == nil {
		http.Error(w, "The page may not read MongoDB: livepage.WithTimeline.", http.StatusNotFound)
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
		http.Error(w, "MongoDB did not answer; the log says why.", http.StatusBadGateway)
		return
	}
	out := timelinePageBody{Events: []timelineEvent{}, Next: next}
	for _, doc := range docs {
		e, err := eventdoc.Parse(doc)
		if err != nil {
			continue // of a later version
		}
		one := timelineEvent{ID: e.ID, Type: e.Type, Time: e.Time, Session: e.SessionID, Module: e.Module, Document: "(too large to be shown)"}
		if len(doc) <= maxDocumentSize {
			one.Document = documentText(doc, true, &access)
		}
		out.Events = append(out.Events, one)
	}
	answer(w, out)
}
