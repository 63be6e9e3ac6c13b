// SPDX-License-Identifier: Apache-2.0

package livepage_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// TestNumbersAreThoseOfThePage compares each number with the line of the metrics page.
func TestNumbersAreThoseOfThePage(t *testing.T) {
	s := start(t)
	s.enter()
	for range 3 {
		s.track(otelanalytics.Event{Type: "login", Data: map[string]any{"plan": "pro"}})
	}
	s.track(otelanalytics.Event{Type: "sale", Data: map[string]any{"amount": 2.5, "seats": 4}})
	s.track(otelanalytics.Event{Type: "sale", Data: map[string]any{"amount": "much"}})
	_, body := s.get("live/api/metrics")
	var numbers struct {
		Metrics []struct {
			Name, Prometheus string
			Refused          float64
			Series           []struct {
				Labels     [][2]string
				Value, Sum string
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &numbers); err != nil {
		t.Fatal(err)
	}
	text := servicetest.Text(t, s.prom.Handler(), "")
	compared := map[string]int{}
	refused := map[string]float64{}
	for _, m := range numbers.Metrics {
		refused[m.Name] = m.Refused
		for _, series := range m.Series {
			if strings.Contains(m.Prometheus, "_clock_") || series.Sum != "" {
				continue // they move on their own, or have several lines
			}
			line := m.Prometheus
			for i, l := range series.Labels {
				line += map[bool]string{true: "{", false: ","}[i == 0] + l[0] + `="` + l[1] + `"`
			}
			if len(series.Labels) > 0 {
				line += "}"
			}
			line += " " + series.Value
			if strings.Contains(line, "stored") || strings.Contains(line, "journal") || strings.Contains(line, "start") || strings.Contains(line, "delay") {
				continue // the writer works meanwhile
			}
			if !servicetest.HasLine(text, line) {
				t.Errorf("not on the page of metrics: %s", line)
			}
			compared[m.Name]++
		}
	}
	if compared["logins"] != 3 || compared["seats"] != 1 || compared["otelanalytics.events.accepted"] == 0 {
		t.Errorf("compared %v", compared)
	}
	if refused["revenue"] != 1 || refused["logins"] != 0 {
		t.Errorf("refused values: %v", refused)
	}
}

func TestMapShowsWhatCame(t *testing.T) {
	s := start(t)
	s.enter()
	st := s.stream("")
	s.watching(st)
	s.track(otelanalytics.Event{Type: "login"})
	s.track(otelanalytics.Event{Type: "ping"})
	s.track(otelanalytics.Event{Type: "unheard"})
	st.events(3)
	status, body := s.get("live/api/map")
	var m struct {
		Types []struct {
			Name     string
			Accepted int64
			LastSeen *string `json:"last_seen"`
		}
		Undeclared []struct {
			Name string
			Seen int64
		}
		Other int64
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	for _, tt := range m.Types {
		came := tt.Name == "login" || tt.Name == "ping"
		if (tt.LastSeen != nil) != came || (tt.Accepted == 1) != came {
			t.Errorf("%s: %d accepted, last seen %v", tt.Name, tt.Accepted, tt.LastSeen)
		}
	}
	if len(m.Types) != 5 || m.Other != 1 || len(m.Undeclared) != 1 || m.Undeclared[0].Name != "unheard" || m.Undeclared[0].Seen != 1 {
		t.Errorf("got %+v", m)
	}
}
