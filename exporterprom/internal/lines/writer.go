// SPDX-License-Identifier: Apache-2.0

package lines

import (
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
)

// Writer appends families to a page. Its memory serves the next family. It is not safe for concurrent use.
type Writer struct {
	OpenMetrics  bool // OpenMetrics 1.0; false: text 0.0.4
	CreatedLines bool // in OpenMetrics: a line with the created timestamp of a counter or histogram

	labels []byte   // of the current series: {a="1",b="2"
	names  []string // of its labels, which are valid; the next series seldom has others
	bounds []bound  // of the last series of a histogram, which the next one seldom has others than
}

// AppendFamily appends the family's lines to page. It returns false, and page as it was, when expfmt has to write them. The
// names of a family that it writes need no escaping.
func (w *Writer) AppendFamily(page []byte, f *dto.MetricFamily) ([]byte, bool) {
	before := len(page)
	page, ok := w.family(page, f)
	if !ok {
		return page[:before], false
	}
	return page, true
}

func (w *Writer) family(page []byte, f *dto.MetricFamily) ([]byte, bool) {
	name, kind := f.GetName(), f.GetType()
	short := name // OpenMetrics describes a counter without its suffix
	if w.OpenMetrics && kind == dto.MetricType_COUNTER {
		short = strings.TrimSuffix(name, "_total")
	}
	if len(f.Metric) == 0 || f.Unit != nil || !model.LegacyValidation.IsValidMetricName(name) || !model.LegacyValidation.IsValidMetricName(short) {
		return page, false
	}
	if f.Help != nil {
		page = append(append(append(page, "# HELP "...), short...), ' ')
		page = append(appendEscaped(page, *f.Help, w.OpenMetrics), '\n')
	}
	page = append(append(page, "# TYPE "...), short...)
	w.names = w.names[:0]
	switch {
	case kind == dto.MetricType_COUNTER && w.OpenMetrics && short == name:
		return w.counters(append(page, " unknown\n"...), f, name+"_created")
	case kind == dto.MetricType_COUNTER:
		return w.counters(append(page, " counter\n"...), f, short+"_created")
	case kind == dto.MetricType_GAUGE:
		return w.gauges(append(page, " gauge\n"...), f)
	case kind == dto.MetricType_HISTOGRAM:
		return w.histograms(append(page, " histogram\n"...), f)
	}
	return page, false
}

func (w *Writer) counters(page []byte, f *dto.MetricFamily, created string) ([]byte, bool) {
	name := f.GetName()
	for _, m := range f.Metric {
		c := m.Counter
		if c == nil || m.TimestampMs != nil || !w.setLabels(m.Label) {
			return page, false
		}
		page = w.appendFloat(w.appendStart(page, name), c.GetValue())
		var ok bool
		if page, ok = w.appendEnd(page, c.Exemplar); !ok {
			return page, false
		}
		page = w.appendCreated(page, created, c.CreatedTimestamp)
	}
	return page, true
}

func (w *Writer) gauges(page []byte, f *dto.MetricFamily) ([]byte, bool) {
	name := f.GetName()
	for _, m := range f.Metric {
		if m.Gauge == nil || m.TimestampMs != nil || !w.setLabels(m.Label) {
			return page, false
		}
		page = append(w.appendFloat(w.appendStart(page, name), m.Gauge.GetValue()), '\n')
	}
	return page, true
}
