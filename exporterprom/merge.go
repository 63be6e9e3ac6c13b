// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"errors"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/proto"
)

// source is a part of the page: families in the order of their names, and the errors of the gathering.
type source struct {
	families []*dto.MetricFamily
	err      error
}

func (s source) Gather() ([]*dto.MetricFamily, error) { return s.families, s.err }

// merge makes one page of several. Client_golang decides about names that collide: the first source wins.
func merge(from []source) ([]*dto.MetricFamily, error) {
	n := 0
	for _, s := range from {
		n += len(s.families)
	}
	all, errs := make([]*dto.MetricFamily, 0, n), make([]error, 0, len(from))
	for _, s := range from {
		all, errs = append(all, s.families...), append(errs, s.err)
	}
	slices.SortStableFunc(all, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	if collide(all) {
		gatherers := make(prometheus.Gatherers, len(from))
		for i, s := range from {
			gatherers[i] = s
		}
		return gatherers.Gather()
	}
	return all, errors.Join(errs...)
}

// collide reports whether sorted families may have a series of the same name.
func collide(families []*dto.MetricFamily) bool {
	for i, f := range families {
		name := f.GetName()
		if i > 0 && name == families[i-1].GetName() {
			return true
		}
		for _, suffix := range []string{"_count", "_sum", "_bucket"} {
			base, ok := strings.CutSuffix(name, suffix)
			if !ok {
				continue
			}
			at, found := slices.BinarySearchFunc(families, base, func(f *dto.MetricFamily, name string) int { return strings.Compare(f.GetName(), name) })
			if found && (families[at].GetType() == dto.MetricType_HISTOGRAM || families[at].GetType() == dto.MetricType_SUMMARY) {
				return true
			}
		}
	}
	return false
}

// cloned returns copies of families.
func cloned(families []*dto.MetricFamily) []*dto.MetricFamily {
	for i, f := range families {
		families[i] = proto.Clone(f).(*dto.MetricFamily)
	}
	return families
}
