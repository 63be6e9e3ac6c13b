// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// site is a web site that tracks what its visitors do.
type site struct{ client *otelanalytics.Client }

func (s *site) page(w http.ResponseWriter, r *http.Request) {
	page := r.PathValue("page")
	err := s.client.Track(r.Context(), otelanalytics.Event{
		Type: "page_viewed", // no UserID: an anonymous visitor
		Data: map[string]any{"page": page, "referrer": r.Referer()},
	})
	if err != nil {
		// A page is shown whether or not it could be counted. The SDK has
		// counted the failure too, in otelanalytics_events_rejected_total.
		slog.Warn("page view not tracked", "error", err)
	}
	fmt.Fprintf(w, "This is the page %q.\n", page)
}

func (s *site) signUp(w http.ResponseWriter, r *http.Request) {
	user := r.FormValue("user")
	if user == "" {
		http.Error(w, "user is missing", http.StatusBadRequest)
		return
	}
	data := map[string]any{}
	if plan := r.FormValue("plan"); plan != "" {
		data["plan"] = plan // left out, the map's default takes its place in the metric
	}
	err := s.client.Track(r.Context(), otelanalytics.Event{Type: "user_signed_up", UserID: user, Data: data})
	if err != nil {
		fail(w, err)
		return
	}
	fmt.Fprintf(w, "Welcome, %s.\n", user)
}

func (s *site) purchase(w http.ResponseWriter, r *http.Request) {
	user, product := r.FormValue("user"), r.FormValue("product")
	price, err := strconv.ParseFloat(r.FormValue("price"), 64)
	if user == "" || product == "" || err != nil || !(price >= 0) || math.IsInf(price, 0) {
		http.Error(w, "user, product and price (a number of euros) are needed", http.StatusBadRequest)
		return
	}
	err = s.client.Track(r.Context(), otelanalytics.Event{
		Type:   "purchase_completed",
		UserID: user,
		// With a key that names the purchase, tracking it twice stores and
		// counts it once: a browser that repeats its request does no harm.
		Key:  r.FormValue("order"),
		Data: map[string]any{"product": product, "price": price},
	}, otelanalytics.WithAck(otelanalytics.AckSynced)) // money: answer when it would survive a power failure
	if err != nil {
		fail(w, err)
		return
	}
	fmt.Fprintf(w, "Thank you for %.2f euros, %s.\n", price, user)
}

// fail answers for an event that matters to the visitor.
func fail(w http.ResponseWriter, err error) {
	slog.Error("event not tracked", "error", err)
	var invalid *otelanalytics.InvalidEventError
	switch {
	case errors.As(err, &invalid):
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	case errors.Is(err, otelanalytics.ErrJournalFull), errors.Is(err, otelanalytics.ErrClosed):
		http.Error(w, "try again later", http.StatusServiceUnavailable)
	default:
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}
