// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"encoding/binary"
	"unsafe"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// Recorded is what metrics need of a document. Texts share the document's memory, and so do data in which no name changes.
type Recorded struct {
	Type, Platform, Module string
	Session                bool   // it has a session
	Data                   []byte // with plain names; nil without any
	Time, ReceivedAt       int64  // milliseconds since 1970; 0 without one
	InstanceID, MapVersion string
	WithoutMetrics         bool    // metrics were off when it was accepted
	SampleRate             float64 // the part of such events that was stored; 0: all were
}

// fieldBits has a bit for each field that [ParseRecorded] reads, so that of several fields of one name the first counts.
const (
	bitType = 1 << iota
	bitPlatform
	bitModule
	bitSession
	bitData
	bitTime
	bitReceivedAt
	bitService
	bitMapVersion
	bitVersion
	bitMetrics
	bitSampleRate
)

// ParseRecorded reads, in one pass, what [Parse] reads of the same fields. Only names that change cost an allocation. The error is
// [ErrVersion].
func ParseRecorded(doc []byte) (Recorded, error) {
	var r Recorded
	if len(doc) < 5 {
		return r, nil
	}
	seen := 0
	for rest := doc[4:]; ; {
		kind, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return r, nil
		}
		rest = next
		bit := bitOf(key)
		if bit == 0 || seen&bit != 0 {
			continue
		}
		seen |= bit
		if bit == bitVersion {
			if kind == bsondoc.TypeInt32 && binary.LittleEndian.Uint32(value) <= Version {
				continue
			}
			if _, err := parseVersion(bson.Raw(doc)); err != nil {
				return r, err
			}
			continue
		}
		r.take(bit, kind, value)
	}
}

// bitOf returns the bit of a field; 0 of one that is not read.
func bitOf(key []byte) int {
	switch string(key) {
	case FieldType:
		return bitType
	case FieldPlatform:
		return bitPlatform
	case FieldModule:
		return bitModule
	case FieldSessionID:
		return bitSession
	case FieldData:
		return bitData
	case FieldTime:
		return bitTime
	case FieldReceivedAt:
		return bitReceivedAt
	case FieldService:
		return bitService
	case FieldMapVersion:
		return bitMapVersion
	case FieldVersion:
		return bitVersion
	case FieldMetrics:
		return bitMetrics
	case FieldSampleRate:
		return bitSampleRate
	default:
		return 0
	}
}

// take keeps the value of a field, if it has the type that the field has.
func (r *Recorded) take(bit int, kind byte, value []byte) {
	switch bit {
	case bitType:
		r.Type = shared(kind, value)
	case bitPlatform:
		r.Platform = shared(kind, value)
	case bitModule:
		r.Module = shared(kind, value)
	case bitSession:
		r.Session = shared(kind, value) != ""
	case bitMapVersion:
		r.MapVersion = shared(kind, value)
	case bitData:
		if kind == bsondoc.TypeDocument {
			r.Data = PlainData(value)
		}
	case bitTime:
		r.Time = instant(kind, value)
	case bitReceivedAt:
		r.ReceivedAt = instant(kind, value)
	case bitMetrics:
		r.WithoutMetrics = kind == bsondoc.TypeBool && value[0] == 0
	case bitSampleRate:
		r.SampleRate = recordedRate(kind, value)
	case bitService:
		r.InstanceID = instanceID(kind, value)
	}
}

// instanceID reads the field of a service.
func instanceID(kind byte, service []byte) string {
	if kind != bsondoc.TypeDocument || len(service) < 5 {
		return ""
	}
	for rest := service[4:]; ; {
		kind, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return ""
		}
		if string(key) == FieldServiceInstanceID {
			return shared(kind, value)
		}
		rest = next
	}
}

func instant(kind byte, value []byte) int64 {
	if kind != bsondoc.TypeDateTime {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(value))
}

// shared returns a text that shares the memory of value.
func shared(kind byte, value []byte) string {
	if kind != bsondoc.TypeString || len(value) < 5 {
		return ""
	}
	text := value[4 : len(value)-1]
	return unsafe.String(unsafe.SliceData(text), len(text))
}
