// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"embed"
	"encoding/json"
	"net/http"
	"path"
)

// assets are the files of the page. It needs no others.
//
//go:embed assets
var assets embed.FS

var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

// serve answers a request of a viewer.
func (p *Page) serve(w http.ResponseWriter, r *http.Request, name string, access Access) {
	if name == "api/switch" {
		p.switchMetrics(w, r, access)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "The live page accepts only GET and HEAD.", http.StatusMethodNotAllowed)
		return
	}
	switch name {
	case "":
		p.asset(w, "index.html")
	case "api/stream":
		p.stream(w, r, access)
	case "api/about":
		answer(w, p.about(access))
	case "api/map":
		answer(w, p.catalogue())
	case "api/metrics":
		answer(w, p.hub.metrics.now())
	case "api/history":
		answer(w, p.hub.metrics.past(r.URL.Query().Get("metric")))
	case "api/timeline":
		p.timeline(w, r, access)
	default:
		p.asset(w, name)
	}
}

func (p *Page) asset(w http.ResponseWriter, name string) {
	data, err := assets.ReadFile("assets/" + name)
	kind, known := contentTypes[path.Ext(name)]
	if err != nil || !known {
		http.Error(w, "The live page has no such part.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data) // the viewer has gone: nobody to tell
}

func answer(w http.ResponseWriter, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "The live page cannot encode its answer.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // the viewer has gone: nobody to tell
}

// about is the first data that the page requests.
type about struct {
	MapVersion     string `json:"map_version"`
	Metrics        bool   `json:"metrics"`
	Timeline       bool   `json:"timeline"`
	HideUsers      bool   `json:"hide_users"`
	ChangeSwitches bool   `json:"change_switches"`
	Role           string `json:"role,omitempty"`
	View           string `json:"view"` // as the stream names it
}

func (p *Page) about(access Access) about {
	return about{
		MapVersion: p.client.EventMap().Hash(), Metrics: p.config.metrics != nil, Timeline: p.config.timeline != nil && !access.HideUsers,
		HideUsers: access.HideUsers, ChangeSwitches: access.ChangeSwitches, Role: access.Role, View: access.view(),
	}
}
