// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"hash/fnv"
	"math"
	"slices"
	"strconv"
)

// panelIDs returns an id for each key: a hash of it, from 1 to 2^31 - 1, so that links to a panel outlive panels that come
// before it or go. Where two keys meet, the later one in the alphabet gives way.
func panelIDs(keys []string) map[string]uint32 {
	return panelIDsWith(keys, func(text string) uint32 {
		h := fnv.New32a()
		h.Write([]byte(text))
		return h.Sum32() & math.MaxInt32
	})
}

func panelIDsWith(keys []string, hash func(string) uint32) map[string]uint32 {
	ids := make(map[string]uint32, len(keys))
	taken := map[uint32]bool{0: true}
	for _, key := range slices.Sorted(slices.Values(keys)) {
		id := hash(key)
		for n := 1; taken[id]; n++ {
			id = hash(key + "#" + strconv.Itoa(n))
		}
		taken[id] = true
		ids[key] = id
	}
	return ids
}
