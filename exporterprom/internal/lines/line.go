// SPDX-License-Identifier: Apache-2.0

package lines

import (
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// setLabels renders the labels of a series, for all of its lines. It returns false when a name has to be quoted or escaped.
func (w *Writer) setLabels(labels []*dto.LabelPair) bool {
	w.labels = w.labels[:0]
	for i, l := range labels {
		name := l.GetName()
		if i >= len(w.names) || w.names[i] != name {
			if !plain(name) {
				return false
			}
			w.names = append(w.names[:i], name)
		}
		w.labels = appendLabel(w.labels, i == 0, name, l.GetValue())
	}
	return true
}

// plain reports whether a label's name is written as it is. The value of __name__ may have to be escaped.
func plain(name string) bool {
	return name != model.MetricNameLabel && model.LegacyValidation.IsValidMetricName(name)
}

func appendLabel(to []byte, first bool, name, value string) []byte {
	separator := byte(',')
	if first {
		separator = '{'
	}
	to = append(append(append(to, separator), name...), `="`...)
	return append(appendEscaped(to, value, true), '"')
}

// appendStart appends what a line has before its value.
func (w *Writer) appendStart(page []byte, name string) []byte {
	page = append(page, name...)
	if len(w.labels) > 0 {
		page = append(append(page, w.labels...), '}')
	}
	return append(page, ' ')
}

// appendEnd appends an exemplar, which text 0.0.4 does not have, and ends the line.
func (w *Writer) appendEnd(page []byte, e *dto.Exemplar) ([]byte, bool) {
	if e == nil || len(e.Label) == 0 || !w.OpenMetrics {
		return append(page, '\n'), true
	}
	page = append(page, " # "...)
	for i, l := range e.Label {
		if !model.LegacyValidation.IsValidMetricName(l.GetName()) {
			return page, false
		}
		page = appendLabel(page, i == 0, l.GetName(), l.GetValue())
	}
	page = w.appendFloat(append(page, "} "...), e.GetValue())
	if e.Timestamp != nil {
		if e.Timestamp.CheckValid() != nil {
			return page, false
		}
		page = w.appendFloat(append(page, ' '), seconds(e.Timestamp))
	}
	return append(page, '\n'), true
}

func (w *Writer) appendCreated(page []byte, name string, at *timestamppb.Timestamp) []byte {
	if at == nil || !w.CreatedLines || !w.OpenMetrics {
		return page
	}
	return append(w.appendFloat(w.appendStart(page, name), seconds(at)), '\n')
}

func seconds(t *timestamppb.Timestamp) float64 { return float64(t.AsTime().UnixNano()) / 1e9 }
