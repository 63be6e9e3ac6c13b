// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"cmp"
	"net/http"
	"strings"
)

// door is one address.
type door struct {
	method string // "": GET and POST
	limit  int    // bytes of a body
	serve  func(h *Handler, w http.ResponseWriter, r *http.Request, d *door) error
	kind   string // of Segment's messages; "": as they say. engage: of PostHog's
	imp    bool   // times are taken as they are
	route  string // what stands for its path in spans and logs; "": the path, which has no key
}

const (
	maxSegmentBody = 500 << 10
	maxPlainBody   = 4 << 20
	maxMessage     = 32 << 10
	maxEvents      = 2_500
)

// doors are the addresses, without a slash at their end.
var doors = func() map[string]*door {
	all := map[string]*door{
		"/v1/batch":  {limit: maxSegmentBody, serve: (*Handler).segmentBatch},
		"/v1/b":      {limit: maxSegmentBody, serve: (*Handler).segmentBatch},
		"/v1/import": {limit: maxSegmentBody, serve: (*Handler).segmentBatch, imp: true},
		"/v1/events": {limit: maxPlainBody, serve: (*Handler).plain},
	}
	for _, kind := range []string{"track", "identify", "page", "screen", "group", "alias"} {
		d := &door{limit: maxSegmentBody, serve: (*Handler).segmentOne, kind: kind}
		all["/v1/"+kind], all["/v1/"+kind[:1]] = d, d
		all["/api/s/"+kind], all["/api/s/s2s/"+kind] = d, d
	}
	for _, d := range all {
		d.method = http.MethodPost
	}
	all["/i/v1/analytics/events"] = &door{method: http.MethodPost, limit: maxPostHogBody, serve: (*Handler).posthogV1}
	all["/config"] = &door{method: http.MethodGet, serve: (*Handler).posthogRemote}
	for _, path := range []string{"/flags", "/decide"} {
		all[path] = &door{limit: maxSegmentBody, serve: (*Handler).posthogFlags}
	}
	for _, path := range []string{"/batch", "/capture", "/e", "/i/v0/e", "/track"} {
		all[path] = &door{limit: maxPostHogBody, serve: (*Handler).posthog}
	}
	all["/engage"] = &door{limit: maxPostHogBody, serve: (*Handler).posthog, kind: "engage"}
	return all
}()

// ServeHTTP answers a request to one of the endpoints. The path may end in a slash, and may have several slashes in place of one: clients
// also append a path to a host that ends in a slash.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.limitReading(w, r)
	if !h.cors(w, r) {
		h.refuse(w, &problem{status: http.StatusForbidden, cause: "origin", message: "pages of this origin may not send events here; add it to Origins in the configuration"})
		return
	}
	d := doorOf(cleanPath(r.URL.Path))
	switch {
	case d == nil:
		h.refuse(w, &problem{status: http.StatusNotFound, cause: "address", message: "there is no such address; the documentation of package ingest lists those that exist"})
	case r.Method == http.MethodOptions:
		preflight(w)
	case !d.takes(r.Method):
		method := cmp.Or(d.method, "GET, POST")
		w.Header().Set("Allow", method+", OPTIONS")
		h.refuse(w, &problem{status: http.StatusMethodNotAllowed, cause: "method", message: "this address takes " + method})
	default:
		if err := d.serve(h, w, r, d); err != nil {
			h.refuse(w, h.attributed(err, r))
		}
	}
}

// cleanPath returns a path as doors are listed.
func cleanPath(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return strings.TrimSuffix(path, "/")
}

// doorOf returns the door at a path, or nil. The paths of settings have a key in them.
func doorOf(path string) *door {
	if d := doors[path]; d != nil {
		return d
	}
	if key, ok := settingsKey(path); ok {
		return &door{method: http.MethodGet, route: "/v1/projects/{key}/settings", serve: func(h *Handler, w http.ResponseWriter, r *http.Request, _ *door) error {
			return h.settings(w, r, key)
		}}
	}
	if key, script, ok := posthogConfigPath(path); ok {
		route := "/array/{token}/config"
		if script {
			route += ".js"
		}
		return &door{method: http.MethodGet, route: route, serve: func(h *Handler, w http.ResponseWriter, _ *http.Request, _ *door) error {
			return h.posthogConfig(w, key, script)
		}}
	}
	return nil
}

func (d *door) takes(method string) bool {
	switch method {
	case d.method:
		return true
	case http.MethodHead:
		return d.method == http.MethodGet
	default:
		return d.method == "" && (method == http.MethodGet || method == http.MethodPost)
	}
}
