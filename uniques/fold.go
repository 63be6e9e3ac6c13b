// SPDX-License-Identifier: Apache-2.0

package uniques

import (
	"maps"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// fold returns, for each tuple, the tuple as which it is read. So the map's bounds also hold over all instances, each
// of which bounds only the values that it has met itself. The result depends on the tuples alone, so that every
// instance reports the same numbers. For an attribute with a limit, the values that sort first are kept. A tuple with
// other attributes, from an earlier map, is left out.
func (m *Metric) fold(tuples []string) map[string]string {
	attributes := slices.Clone(m.attributes)
	slices.SortFunc(attributes, func(a, b eventmap.Attribute) int { return strings.Compare(a.Name, b.Name) })
	decoded := make(map[string][]string, len(tuples))
	for _, t := range tuples {
		if pairs, ok := decodeTuple(t); ok && sameNames(attributes, pairs) {
			decoded[t] = pairs
		}
	}
	for i := range attributes {
		within := kept(&attributes[i], func(each func(string)) {
			for _, pairs := range decoded {
				each(pairs[2*i+1])
			}
		})
		for _, pairs := range decoded {
			if v := &pairs[2*i+1]; !within[*v] {
				*v = Other
			}
		}
	}
	read, there := make(map[string]string, len(decoded)), make(map[string]bool)
	for t, pairs := range decoded {
		read[t] = encodeTuple(pairs)
		there[read[t]] = true
	}
	overflow := allOther(attributes)
	delete(there, overflow)
	if len(there) <= m.maxTuples {
		return read
	}
	beyond := make(map[string]bool)
	for _, t := range slices.Sorted(maps.Keys(there))[m.maxTuples:] {
		beyond[t] = true
	}
	for t, as := range read {
		if beyond[as] {
			read[t] = overflow
		}
	}
	return read
}

// kept returns the values of an attribute that are not read as other.
func kept(a *eventmap.Attribute, values func(each func(string))) map[string]bool {
	within := map[string]bool{a.Default: true}
	if a.Limit == 0 {
		for _, v := range a.Values {
			within[v] = true
		}
		return within
	}
	met := make(map[string]bool)
	values(func(v string) { met[v] = v != a.Default && v != Other })
	n := 0
	for _, v := range slices.Sorted(maps.Keys(met)) {
		if met[v] && n < a.Limit {
			within[v] = true
			n++
		}
	}
	return within
}

// sameNames reports whether pairs are of these attributes.
func sameNames(attributes []eventmap.Attribute, pairs []string) bool {
	if len(pairs) != 2*len(attributes) {
		return false
	}
	for i := range attributes {
		if pairs[2*i] != attributes[i].Name {
			return false
		}
	}
	return true
}

func allOther(attributes []eventmap.Attribute) string {
	var pairs []string
	for i := range attributes {
		pairs = append(pairs, attributes[i].Name, Other)
	}
	return encodeTuple(pairs)
}
