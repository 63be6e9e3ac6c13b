// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// maxBody is the size of the largest payload that GitHub delivers.
const maxBody = 25 << 20

// webhook is the handler that GitHub posts deliveries to.
type webhook struct {
	client *otelanalytics.Client
	secret []byte // empty: signatures are not checked
	logger *slog.Logger
}

// ServeHTTP answers 202 when the delivery is in the journal, from where it
// reaches MongoDB whatever happens to this process. With any other answer it
// was not accepted; GitHub shows the text beside the delivery, and redelivers
// it under the same X-GitHub-Delivery when asked to.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			http.Error(w, "the body is larger than 25 MiB", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the body could not be read", http.StatusBadRequest)
		return
	}
	// The signature is checked first: nothing else is said to a stranger.
	if len(h.secret) > 0 && !signed(h.secret, body, r.Header.Get("X-Hub-Signature-256")) {
		http.Error(w, "X-Hub-Signature-256 is missing or wrong", http.StatusUnauthorized)
		return
	}
	event, delivery := r.Header.Get("X-GitHub-Event"), r.Header.Get("X-GitHub-Delivery")
	if event == "" || delivery == "" {
		http.Error(w, "the headers X-GitHub-Event and X-GitHub-Delivery are needed", http.StatusBadRequest)
		return
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
		http.Error(w, "set the webhook's content type to application/json", http.StatusUnsupportedMediaType)
		return
	}
	payload, err := decode(body)
	if err != nil {
		http.Error(w, "the body is not a JSON object: "+err.Error(), http.StatusBadRequest)
		return
	}

	err = h.client.Track(r.Context(), otelanalytics.Event{
		Key:    delivery, // GitHub redelivers: the same delivery is stored and counted once
		Type:   eventType(event, payload),
		UserID: sender(payload),
		Data:   payload,
	})
	if err != nil {
		h.refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// refuse turns an error of Track into an answer.
func (h *webhook) refuse(w http.ResponseWriter, err error) {
	var invalid *otelanalytics.InvalidEventError
	switch {
	case errors.Is(err, otelanalytics.ErrTooLarge):
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	case errors.As(err, &invalid):
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	case errors.Is(err, otelanalytics.ErrJournalFull), errors.Is(err, otelanalytics.ErrClosed):
		w.Header().Set("Retry-After", "30")
		http.Error(w, "not accepted now, try again later", http.StatusServiceUnavailable)
	default:
		h.logger.Error("delivery not tracked", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}
