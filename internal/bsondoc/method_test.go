// SPDX-License-Identifier: Apache-2.0

package bsondoc

//lint:file-ignore U1000 the types have fields that no encoder sees

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The methods of these types panic, or return an error, with the secret.
type (
	panicWhole  struct{ N int }
	panicText   struct{ n int }
	panicJSON   struct{ n int }
	panicString struct{ n int }
	panicErr    struct{ n int }
	panicZero   struct{ N int }
	panicKey    struct{ N int }
	panicMarsh  struct{ N int }
	errWhole    struct{ N int }
	errText     struct{ n int }
	errKey      struct{ N int }
	panicAppend struct{ N int }
)

const secret = "secret"

func (panicWhole) MarshalBSON() ([]byte, error)       { panic(secret) }
func (panicText) MarshalText() ([]byte, error)        { panic(secret) }
func (panicJSON) MarshalJSON() ([]byte, error)        { panic(secret) }
func (panicString) String() string                    { panic(secret) }
func (panicErr) Error() string                        { panic(secret) }
func (panicZero) IsZero() bool                        { panic(secret) }
func (panicKey) MarshalText() ([]byte, error)         { panic(secret) }
func (panicMarsh) MarshalKey() (string, error)        { panic(secret) }
func (errWhole) MarshalBSON() ([]byte, error)         { return nil, errors.New(secret) }
func (errText) MarshalText() ([]byte, error)          { return nil, errors.New(secret) }
func (errKey) MarshalText() ([]byte, error)           { return nil, errors.New(secret) }
func (panicAppend) AppendBSON([]byte) ([]byte, error) { panic(secret) }

// TestMethodsThatFail: the field is named, and what a method threw or returned is not.
func TestMethodsThatFail(t *testing.T) {
	for want, v := range map[string]any{
		"a.v: MarshalBSON of bsondoc.panicWhole panicked": bson.M{"v": panicWhole{}},
		"a.v: MarshalText of bsondoc.panicText panicked":  bson.M{"v": panicText{}},
		"a.v: MarshalJSON of bsondoc.panicJSON panicked":  bson.M{"v": panicJSON{}},
		"a.v: String of bsondoc.panicString panicked":     bson.M{"v": panicString{}},
		"a.v: Error of bsondoc.panicErr panicked":         bson.M{"v": panicErr{}},
		"a.0.v: IsZero of bsondoc.panicZero panicked": []struct {
			V panicZero `json:"v,omitempty"`
		}{{}},
		"a.v: MarshalText of bsondoc.panicKey panicked":          struct{ V map[panicKey]int }{map[panicKey]int{{}: 1}},
		"a.v: MarshalKey of bsondoc.panicMarsh panicked":         struct{ V map[panicMarsh]int }{map[panicMarsh]int{{}: 1}},
		"a.v: MarshalBSON of bsondoc.errWhole returned an error": struct{ V []errWhole }{}, // below
		"a.v: MarshalText of bsondoc.errText returned an error":  struct{ V any }{errText{}},
		"a.v: MarshalText of bsondoc.errKey returned an error":   struct{ V any }{map[errKey]int{{}: 1}},
	} {
		if s, ok := v.(struct{ V []errWhole }); ok {
			s.V = make([]errWhole, 1)
			v, want = s, "a.v.0: MarshalBSON of bsondoc.errWhole returned an error"
		}
		_, err := new(Encoder).Document(nil, map[string]any{"a": v})
		if !errors.As(err, new(*FieldError)) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	for _, v := range []any{panicWhole{}, &panicWhole{}, panicText{}, panicAppend{}} {
		if _, err := new(Encoder).Document(nil, v); !errors.As(err, new(*FieldError)) {
			t.Errorf("%T: %v", v, err)
		}
	}
}

// TestNilPointersWithMethods are null where a method does not expect one, in place of the driver's panic.
func TestNilPointersWithMethods(t *testing.T) {
	for _, v := range []any{(*panicWhole)(nil), (*wholeOf)(nil), (*wholeOfP)(nil), (*valueOf)(nil), (*valueOfP)(nil), (*failure)(nil), (*stringerP)(nil)} {
		got, err := new(Encoder).Document(nil, v)
		if err != nil || bson.Raw(got).String() != "{}" {
			t.Errorf("%T: %v, %v", v, bson.Raw(got), err)
		}
		got, err = new(Encoder).Document(nil, bson.D{{Key: "v", Value: v}})
		if err != nil || bson.Raw(got).String() != `{"v": null}` {
			t.Errorf("%T within: %v, %v", v, bson.Raw(got), err)
		}
	}
}
