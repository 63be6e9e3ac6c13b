// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strconv"
)

// Result is what a case measured.
type Result struct {
	Case  string   `json:"case"`
	Ours  float64  `json:"ours"`
	Peer  *float64 `json:"peer"` // nil: there is none
	Unit  string   `json:"unit"`
	Ratio *float64 `json:"ratio"` // ours to peer
	Bound *float64 `json:"bound"` // of the ratio, or of ours without a peer; nil: a figure only
	OK    bool     `json:"ok"`

	// Allocations of one call, where they are bounded: none are allowed.
	Allocations *float64 `json:"allocations,omitempty"`

	missed bool // the bound is known to be missed by far: docs/performance.md says why
}

// perSecond is the unit of throughput, whose bounds are lower ones.
const perSecond = "1/s"

// within reports whether a bound, loosened by a factor, is met.
func (r *Result) within(factor float64) bool {
	if r.Allocations != nil && *r.Allocations > 0 {
		return false
	}
	if r.Bound == nil {
		return true
	}
	x := r.Ours
	if r.Ratio != nil {
		x = *r.Ratio
	}
	if r.Unit == perSecond {
		return x >= *r.Bound/factor
	}
	return x <= *r.Bound*factor
}

// ratio makes the result of a comparison.
func ratio(name, unit string, ours, peer, bound float64) Result {
	quotient := ours / peer
	r := Result{Case: name, Ours: ours, Peer: &peer, Unit: unit, Ratio: &quotient, Bound: &bound}
	if bound == 0 {
		r.Bound = nil
	}
	return r
}

// figure makes the result of a case without a peer.
func figure(name, unit string, ours, bound float64) Result {
	r := Result{Case: name, Ours: ours, Unit: unit, Bound: &bound}
	if bound == 0 {
		r.Bound = nil
	}
	return r
}

// table writes results in Markdown.
func table(w io.Writer, all []Result) error {
	_, err := fmt.Fprintf(w, "\n| case | ours | peer | unit | ratio | bound | |\n|---|---:|---:|---|---:|---:|---|\n")
	for _, r := range all {
		if err != nil {
			return err
		}
		bound := text(r.Bound)
		if r.Bound != nil {
			sign := "≤ "
			if r.Unit == perSecond {
				sign = "≥ "
			}
			bound = sign + bound
		}
		verdict := "ok"
		if !r.OK {
			verdict = "**missed**"
		} else if r.Bound == nil {
			verdict = ""
		}
		if r.Allocations != nil {
			bound += ", 0 allocations"
		}
		_, err = fmt.Fprintf(w, "| `%s` | %s | %s | %s | %s | %s | %s |\n", r.Case, text(&r.Ours), text(r.Peer), r.Unit, text(r.Ratio), bound, verdict)
	}
	return err
}

func text(f *float64) string {
	if f == nil {
		return ""
	}
	precision := 3
	if *f >= 100 {
		return strconv.FormatFloat(*f, 'f', 0, 64)
	}
	return strconv.FormatFloat(*f, 'g', precision, 64)
}
