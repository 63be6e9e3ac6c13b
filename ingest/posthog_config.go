// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// posthogConfigPath reads an address of PostHog's remote configuration: /array/{key}/config, or config.js for a script.
func posthogConfigPath(path string) (key string, script, ok bool) {
	rest, ok := strings.CutPrefix(path, "/array/")
	if !ok {
		return "", false, false
	}
	key, file, _ := strings.Cut(rest, "/")
	script = file == "config.js"
	return key, script, key != "" && (script || file == "config")
}

// posthogSettings are what PostHog's clients ask for before they start. There are no feature flags, no recordings, no surveys, no
// tours, and no scripts to load: nothing that the clients would ask another host for. surveys is absent, because posthog-js loads
// the script of surveys for every value, false included.
func posthogSettings() map[string]any {
	return map[string]any{
		"supportedCompression": []string{"gzip", "gzip-js", "base64", "lz64"},
		"analytics":            map[string]any{"endpoint": "/i/v0/e/"},
		"hasFeatureFlags":      false, "defaultIdentifiedOnly": true, "elementsChainAsString": true, "isAuthenticated": false,
		"sessionRecording": false, "productTours": false, "conversations": false, "heatmaps": false, "capturePerformance": false,
		"autocapture_opt_out": false, "autocaptureExceptions": false, "captureDeadClicks": false, "errorTracking": map[string]any{"autocaptureExceptions": false},
		"siteApps": []any{}, "siteAppsJS": []any{}, "toolbarParams": map[string]any{}, "editorParams": map[string]any{},
	}
}

// posthogConfig answers PostHog's browser client with its settings, as JSON or as a script that leaves them where the client looks.
func (h *Handler) posthogConfig(w http.ResponseWriter, key string, script bool) error {
	if h.find(key) == nil {
		return &problem{status: http.StatusNotFound, cause: "key", message: "no source has this key"}
	}
	settings := posthogSettings()
	settings["token"] = key
	if !script {
		writeJSON(w, http.StatusOK, settings)
		return nil
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, fmt.Sprintf("(function(){var c=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};c[%s]={config:%s,siteApps:[]};})();\n", jsonText(key), text)) // the client is gone, then
	return nil
}

// posthogFlags is the door of feature flags, of which there are none. Older clients get their settings here, too.
func (h *Handler) posthogFlags(w http.ResponseWriter, r *http.Request, d *door) error {
	tokens, err := h.posthogTokens(w, r, d.limit)
	if err != nil {
		return err
	}
	if _, err := h.authorised(r, tokens...); err != nil {
		return err
	}
	settings := posthogSettings()
	settings["flags"], settings["featureFlags"], settings["featureFlagPayloads"] = map[string]any{}, map[string]any{}, map[string]any{}
	settings["errorsWhileComputingFlags"] = false
	writeJSON(w, http.StatusOK, settings)
	return nil
}

// posthogTokens returns the keys in the body and the query of a request without events.
func (h *Handler) posthogTokens(w http.ResponseWriter, r *http.Request, limit int) ([]string, error) {
	if r.Method != http.MethodPost {
		return []string{parseForm([]byte(r.URL.RawQuery)).token}, nil
	}
	b, query, err := h.readPostHog(w, r, limit)
	if err != nil {
		return nil, err
	}
	defer b.release()
	var q posthogRequest
	if err := q.parse(b.data); err != nil {
		return nil, err
	}
	return []string{q.token, query.token}, nil
}

// posthogRemote is the door of settings whose key is in the query.
func (h *Handler) posthogRemote(w http.ResponseWriter, r *http.Request, _ *door) error {
	return h.posthogConfig(w, parseForm([]byte(r.URL.RawQuery)).token, false)
}
