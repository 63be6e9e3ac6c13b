// SPDX-License-Identifier: Apache-2.0

package promql

import (
	"fmt"
	"slices"
	"strings"
)

// Series are what is asked for: the series of a name that selectors leave. Its methods return expressions that add up what
// the processes have, split by labels. A window is a duration, such as "5m", or a variable that stands for one.
type Series struct {
	name      string
	native    bool // a native histogram
	selectors []string
	end       bool // at the end of the time range, whatever time is asked about
}

// Name returns the name that Prometheus has, of a histogram that of the family.
func (s Series) Name() string { return s.name }

// Native reports whether the series are native histograms.
func (s Series) Native() bool { return s.native }

// Where returns the series that selectors leave, too.
func (s Series) Where(selectors ...string) Series {
	s.selectors = append(slices.Clone(s.selectors), selectors...)
	return s
}

// AtEnd returns the series as they are at the end of the time range (the modifier @ end()): an expression of them is the same
// at each point of a line.
func (s Series) AtEnd() Series {
	s.end = true
	return s
}

// Vector returns the series themselves.
func (s Series) Vector() string { return s.vector("") + s.at() }

func (s Series) at() string {
	if s.end {
		return " @ end()"
	}
	return ""
}

// over returns the samples of a window.
func (s Series) over(suffix, window string) string {
	return s.vector(suffix) + "[" + window + "]" + s.at()
}

func (s Series) vector(suffix string) string {
	if len(s.selectors) == 0 {
		return s.name + suffix
	}
	return s.name + suffix + "{" + strings.Join(s.selectors, ", ") + "}"
}

// Sum returns the sum of the last values.
func (s Series) Sum(labels ...string) string { return fmt.Sprintf("sum%s(%s)", by(labels), s.Vector()) }

// Max returns the largest of the last values.
func (s Series) Max(labels ...string) string { return fmt.Sprintf("max%s(%s)", by(labels), s.Vector()) }

// Rate returns how much a counter grows, a second.
func (s Series) Rate(window string, labels ...string) string {
	return fmt.Sprintf("sum%s(rate(%s))", by(labels), s.over("", window))
}

// Increase returns by how much a counter has grown.
func (s Series) Increase(window string, labels ...string) string {
	return fmt.Sprintf("sum%s(increase(%s))", by(labels), s.over("", window))
}

// Highest returns the sum of the largest values within the window, each series' own.
func (s Series) Highest(window string, labels ...string) string {
	return fmt.Sprintf("sum%s(max_over_time(%s))", by(labels), s.over("", window))
}

// Average returns the average of what a histogram observed.
func (s Series) Average(window string, labels ...string) string {
	if s.native {
		return "histogram_avg(" + s.Rate(window, labels...) + ")"
	}
	split := by(labels)
	return fmt.Sprintf("sum%s(rate(%s)) / sum%[1]s(rate(%[3]s))", split, s.over("_sum", window), s.over("_count", window))
}

// AverageSoFar returns the average of all that the processes that run now observed with a histogram.
func (s Series) AverageSoFar(labels ...string) string {
	if s.native {
		return "histogram_avg(" + s.Sum(labels...) + ")"
	}
	return fmt.Sprintf("sum%s(%s) / sum%[1]s(%[3]s)", by(labels), s.vector("_sum")+s.at(), s.vector("_count")+s.at())
}

// Quantile returns the value that a share q of what a histogram observed is at most.
func (s Series) Quantile(q float64, window string, labels ...string) string {
	if s.native {
		return fmt.Sprintf("histogram_quantile(%g, %s)", q, s.Rate(window, labels...))
	}
	split := by(append([]string{"le"}, labels...))
	return fmt.Sprintf("histogram_quantile(%g, sum%s(rate(%s)))", q, split, s.over("_bucket", window))
}

// Observations returns how often a histogram observed something, a second.
func (s Series) Observations(window string, labels ...string) string {
	if s.native {
		return "histogram_count(" + s.Rate(window, labels...) + ")"
	}
	return fmt.Sprintf("sum%s(rate(%s))", by(labels), s.over("_count", window))
}

// Observed returns how often a histogram observed something within the window.
func (s Series) Observed(window string, labels ...string) string {
	if s.native {
		return "histogram_count(" + s.Increase(window, labels...) + ")"
	}
	return fmt.Sprintf("sum%s(increase(%s))", by(labels), s.over("_count", window))
}
