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

// Vector returns the series themselves.
func (s Series) Vector() string { return s.vector("") }

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
	return fmt.Sprintf("sum%s(rate(%s[%s]))", by(labels), s.Vector(), window)
}

// Increase returns by how much a counter has grown.
func (s Series) Increase(window string, labels ...string) string {
	return fmt.Sprintf("sum%s(increase(%s[%s]))", by(labels), s.Vector(), window)
}

// Average returns the average of what a histogram observed.
func (s Series) Average(window string, labels ...string) string {
	if s.native {
		return "histogram_avg(" + s.Rate(window, labels...) + ")"
	}
	split := by(labels)
	return fmt.Sprintf("sum%s(rate(%s[%s])) / sum%[1]s(rate(%[4]s[%[3]s]))", split, s.vector("_sum"), window, s.vector("_count"))
}

// AverageSoFar returns the average of all that the processes that run now observed with a histogram.
func (s Series) AverageSoFar(labels ...string) string {
	if s.native {
		return "histogram_avg(" + s.Sum(labels...) + ")"
	}
	return fmt.Sprintf("sum%s(%s) / sum%[1]s(%[3]s)", by(labels), s.vector("_sum"), s.vector("_count"))
}

// Quantile returns the value that a share q of what a histogram observed is at most.
func (s Series) Quantile(q float64, window string, labels ...string) string {
	if s.native {
		return fmt.Sprintf("histogram_quantile(%g, %s)", q, s.Rate(window, labels...))
	}
	split := by(append([]string{"le"}, labels...))
	return fmt.Sprintf("histogram_quantile(%g, sum%s(rate(%s[%s])))", q, split, s.vector("_bucket"), window)
}

// Observations returns how often a histogram observed something, a second.
func (s Series) Observations(window string, labels ...string) string {
	if s.native {
		return "histogram_count(" + s.Rate(window, labels...) + ")"
	}
	return fmt.Sprintf("sum%s(rate(%s[%s]))", by(labels), s.vector("_count"), window)
}

// Observed returns how often a histogram observed something within the window.
func (s Series) Observed(window string, labels ...string) string {
	if s.native {
		return "histogram_count(" + s.Increase(window, labels...) + ")"
	}
	return fmt.Sprintf("sum%s(increase(%s[%s]))", by(labels), s.vector("_count"), window)
}
