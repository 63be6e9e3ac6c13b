// SPDX-License-Identifier: Apache-2.0

package ingest

import "net/http"

// allowedHeaders are the request headers that clients were seen to send. PostHog's clients send the last four to capture v1.
const allowedHeaders = "authorization, content-type, x-retry-count, x-write-key, x-posthog-token, posthog-sdk-version, posthog-sdk-name, " +
	"posthog-sdk-info, posthog-request-timestamp, posthog-request-id, posthog-attempt"

// cors answers what the Fetch standard calls the CORS protocol. It reports whether the request may go on: it comes from no page,
// or from a page of a configured origin.
func (h *Handler) cors(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if !h.rules.Load().origins[origin] {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
	return true
}

func preflight(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	w.Header().Set("Access-Control-Allow-Headers", allowedHeaders)
	w.Header().Set("Access-Control-Max-Age", "7200")
	w.WriteHeader(http.StatusNoContent)
}
