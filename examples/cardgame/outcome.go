// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// outcome is what a run with players prints: first what the players counted,
// then what the SDK did with it.
type outcome struct {
	Players  int                `json:"players"`
	Seconds  float64            `json:"seconds"`
	Seed     uint64             `json:"seed"`
	Requests int64              `json:"requests"`
	Events   map[string]int64   `json:"events"`
	Series   map[string]float64 `json:"series"`

	Accepted     int64 `json:"accepted"`
	Recovered    int64 `json:"recovered"` // left in the journal by a process before this one
	Stored       int64 `json:"stored"`
	Deduplicated int64 `json:"deduplicated"`
	Pending      int64 `json:"pending"`
	Quarantined  int64 `json:"quarantined"`
	Suppressed   int64 `json:"suppressed"`
	Lost         int64 `json:"lost"`
	Rejected     int64 `json:"rejected"`
	Dropped      int64 `json:"dropped"`
	Duplicate    int64 `json:"duplicate"`
}

func newOutcome(o players.Options, seconds float64, t players.Truth, s otelanalytics.Stats) outcome {
	return outcome{
		Players: o.Players, Seconds: seconds, Seed: o.Seed, Requests: t.Requests, Events: t.Events, Series: t.Series,
		Accepted: s.Accepted, Recovered: s.Recovered, Stored: s.Stored, Deduplicated: s.Deduplicated,
		Pending: s.Pending, Quarantined: s.Quarantined, Suppressed: s.Suppressed, Lost: s.Lost, Rejected: s.Rejected, Dropped: s.Dropped, Duplicate: s.Duplicate,
	}
}
