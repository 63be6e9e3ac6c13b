// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"encoding/binary"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// InSample reports whether an event with an id is stored when a part of such events is. The same id has the same answer, in each
// process: an event that comes again is kept again, or left out again. A rate of 1 keeps all.
func InSample(id [16]byte, rate float64) bool {
	// The finalizer of MurmurHash3 spreads both halves over all bits: version 7 UUIDs begin with the time.
	h := mixed(binary.BigEndian.Uint64(id[:]) ^ mixed(binary.BigEndian.Uint64(id[8:])))
	return float64(h>>11)/(1<<53) < rate
}

func mixed(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// sampleRate reads the field of a document; 0 for what is no part of all.
func sampleRate(v bson.RawValue) float64 {
	rate, ok := v.DoubleOK()
	if !ok {
		return 0
	}
	return validRate(rate)
}

// recordedRate is sampleRate of the bytes of a field.
func recordedRate(kind byte, value []byte) float64 {
	if kind != bsondoc.TypeDouble || len(value) < 8 {
		return 0
	}
	return validRate(math.Float64frombits(binary.LittleEndian.Uint64(value)))
}

func validRate(rate float64) float64 {
	if rate > 0 && rate < 1 {
		return rate
	}
	return 0
}
