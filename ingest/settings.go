// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"net/http"
	"net/url"
	"strings"
)

// settingsKey returns the key in the path of Segment's settings.
func settingsKey(path string) (key string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/v1/projects/")
	if !ok {
		return "", false
	}
	key, ok = strings.CutSuffix(rest, "/settings")
	return key, ok && key != "" && !strings.Contains(key, "/")
}

// settings answers Segment's browser client, which asks where to send what before it starts. It is told to send to this handler
// alone, and no metrics of its own.
func (h *Handler) settings(w http.ResponseWriter, r *http.Request, key string) error {
	if h.find(key) == nil {
		return &problem{status: http.StatusNotFound, cause: "key", message: noSource}
	}
	protocol, host := h.address(r)
	enabled := map[string]any{"__default": map[string]any{"enabled": true, "integrations": map[string]any{}}}
	writeJSON(w, http.StatusOK, map[string]any{
		"integrations": map[string]any{
			"Segment.io": map[string]any{
				"apiKey": key, "apiHost": host + "/v1", "protocol": protocol, "unbundledIntegrations": []string{},
				"addBundledMetadata": true, "maybeBundledConfigIds": map[string]any{},
			},
		},
		"plan":          map[string]any{"track": enabled, "identify": enabled, "group": enabled},
		"metrics":       map[string]any{"sampleRate": 0},
		"edgeFunction":  map[string]any{},
		"remotePlugins": []any{}, "analyticsNextEnabled": true, "legacyVideoPluginsEnabled": false,
	})
	return nil
}

// address returns where clients reach the handler.
func (h *Handler) address(r *http.Request) (protocol, host string) {
	if u, err := url.Parse(h.rules.Load().publicURL); err == nil && u.Host != "" {
		return u.Scheme, u.Host + strings.TrimSuffix(u.Path, "/")
	}
	if r.TLS != nil {
		return "https", r.Host
	}
	return "http", r.Host
}
