// SPDX-License-Identifier: Apache-2.0

package instruments

import (
	"strconv"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// maxCombinations is how many combinations of values a metric's attributes may have for their sets to be shared.
const maxCombinations = 256

// combinations are the attribute sets of the combinations of listed values, by key. Metrics that declare the same
// attributes share them. It is safe for concurrent use. The zero value shares nothing.
type combinations []atomic.Pointer[metric.MeasurementOption]

// option returns the set of a key, which it makes when it is not there yet.
func (c combinations) option(key uint64, build func() metric.MeasurementOption) metric.MeasurementOption {
	if c == nil {
		return build()
	}
	if there := c[key].Load(); there != nil {
		return *there
	}
	built := build()
	c[key].Store(&built) // of two that are made at once, either is right
	return built
}

// sharing has the combinations of the metrics of a map, by their attributes.
type sharing map[string]combinations

// of returns the combinations of attributes that have these dimensions.
func (s sharing) of(attributes []eventmap.Attribute, dims []*dimension) combinations {
	most := uint64(1)
	for _, d := range dims {
		most *= d.size
		if d.limited != nil || most > maxCombinations {
			return nil
		}
	}
	id := declaration(attributes)
	shared := s[id]
	if shared == nil {
		shared = make(combinations, most)
		s[id] = shared
	}
	return shared
}

// declaration tells names and values of attributes apart, whatever characters they have.
func declaration(attributes []eventmap.Attribute) string {
	var b strings.Builder
	write := func(text string) {
		b.WriteString(strconv.Itoa(len(text)))
		b.WriteByte(':')
		b.WriteString(text)
	}
	for _, a := range attributes {
		write(a.Name)
		write(a.Default)
		for _, v := range a.Values {
			write(v)
		}
		b.WriteByte(';')
	}
	return b.String()
}
