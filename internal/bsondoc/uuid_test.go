// SPDX-License-Identifier: Apache-2.0

package bsondoc_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// UUID is a type as UUID packages have it.
type UUID [16]byte

func (u *UUID) MarshalText() ([]byte, error) { return []byte("text"), nil }

type plain struct{ UUID [16]byte }

// TestUUIDOfAnyPackage: the type's name, its size and its text tell.
func TestUUIDOfAnyPackage(t *testing.T) {
	for _, c := range []struct {
		v       any
		subtype byte
	}{{struct{ UUID UUID }{}, 4}, {&struct{ UUID *UUID }{new(UUID)}, 4}, {plain{}, 0}} {
		doc, err := new(bsondoc.Encoder).Document(nil, c.v)
		if err != nil {
			t.Fatal(err)
		}
		if subtype, b, ok := bson.Raw(doc).Lookup("uuid").BinaryOK(); !ok || subtype != c.subtype || len(b) != 16 {
			t.Errorf("%T: %v", c.v, bson.Raw(doc))
		}
	}
}
