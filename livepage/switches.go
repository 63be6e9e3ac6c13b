// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"encoding/json"
	"log/slog"
	"net/http"
)

// change is a viewer's request to turn a switch.
type change struct {
	Event string `json:"event"` // an entry of the map; empty: the whole client
	On    bool   `json:"on"`
}

// switchMetrics turns metrics on or off. It refuses viewers without the right to do so, and requests from pages of
// other sites.
func (p *Page) switchMetrics(w http.ResponseWriter, r *http.Request, access Access) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		http.Error(w, "To change a switch, use POST.", http.StatusMethodNotAllowed)
		return
	}
	if err := p.cross.Check(r); err != nil {
		http.Error(w, "Another site may not change switches.", http.StatusForbidden)
		return
	}
	if !access.ChangeSwitches {
		http.Error(w, "You may see switches, but not change them.", http.StatusForbidden)
		return
	}
	var c change
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&c); err != nil {
		http.Error(w, `The body must be JSON such as {"event": "user_logged_in", "on": false}.`, http.StatusBadRequest)
		return
	}
	if c.Event == "" {
		p.client.Switches().SetMetrics(c.On)
	} else if err := p.client.Switches().SetEvent(c.Event, c.On); err != nil {
		http.Error(w, "The map declares no such event.", http.StatusNotFound)
		return
	}
	p.config.logger.LogAttrs(r.Context(), slog.LevelWarn, "metrics were switched on the live page",
		slog.String("event", c.Event), slog.Bool("on", c.On), slog.String("role", access.Role))
	answer(w, p.catalogue())
}
