// SPDX-License-Identifier: Apache-2.0

package bsondoc

//lint:file-ignore U1000 the types have fields that no encoder sees

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
)

type (
	onlyJSON   struct{ n int }
	jsonText   struct{ n int }
	stringer   struct{ n int }
	stringerP  struct{ n int }
	marker     struct{}
	hiddenBSON struct{ n int }
	ULID       [16]byte
	userID     uuid.UUID
	dsn        url.URL
	locked     struct {
		sync.Mutex
		sync.RWMutex `bson:"rw"`
		Name         string
	}
	skipped struct {
		A int `bson:"-"`
		B int `json:"-"`
	}
	optional struct {
		A int `json:"a,omitempty"`
	}
)

func (j onlyJSON) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"n": %d, "list": [1.5, null, {}], "big": 12345678901234567890}`, j.n), nil
}
func (j jsonText) MarshalText() ([]byte, error) { return []byte("text"), nil }
func (j jsonText) MarshalJSON() ([]byte, error) { return []byte(`"json"`), nil }
func (j jsonText) String() string               { return "string" }
func (s stringer) String() string               { return fmt.Sprintf("stringer %d", s.n) }
func (s *stringerP) String() string             { return fmt.Sprintf("pointer %d", s.n) }
func (marker) String() string                   { return "marker" }
func (h *hiddenBSON) MarshalBSON() ([]byte, error) {
	return bson.Marshal(bson.D{{Key: "n", Value: h.n}})
}

// TestValuesThatTheDriverLoses: what the driver writes as an empty document, or not at all, or with a secret in it.
func TestValuesThatTheDriverLoses(t *testing.T) {
	id := uuid.UUID{1, 2, 3}
	binaryID := bson.Binary{Subtype: 4, Data: id[:]}
	raw := json.RawMessage(`{"a": {"b": [true, "x", 1e2]}, "n": 7, "z": null}`)
	link := url.URL{Scheme: "https", User: url.UserPassword("u", "secret"), Host: "example.com", Path: "/p"}
	number, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	var pathError *fs.PathError
	for name, c := range map[string]struct{ v, want any }{
		"error":                      {errors.New("it failed"), "it failed"},
		"wrapped error":              {fmt.Errorf("a: %w", io.EOF), "a: EOF"},
		"joined errors":              {errors.Join(io.EOF, io.ErrNoProgress), "EOF\nmultiple Read calls return no data or error"},
		"error with fields":          {&fs.PathError{Op: "open", Path: "/x", Err: syscall.ENOENT}, bson.D{{Key: "op", Value: "open"}, {Key: "path", Value: "/x"}, {Key: "err", Value: "no such file or directory"}}},
		"nil error":                  {pathError, nil},
		"errors in a list":           {[]error{io.EOF, nil}, bson.A{"EOF", nil}},
		"address":                    {netip.MustParseAddr("::1"), "::1"},
		"pointer to an address":      {new(netip.Addr), ""},
		"zone":                       {time.UTC, "UTC"},
		"big integer":                {number, number.String()},
		"big integer by value":       {*number, number.String()},
		"nil big integer":            {(*big.Int)(nil), nil},
		"big float":                  {big.NewFloat(2.5), "2.5"},
		"big ratio":                  {big.NewRat(1, 3), "1/3"},
		"JSON alone":                 {onlyJSON{3}, bson.D{{Key: "n", Value: int64(3)}, {Key: "list", Value: bson.A{1.5, nil, bson.D{}}}, {Key: "big", Value: 12345678901234567890.0}}},
		"text before JSON":           {jsonText{}, "text"},
		"stringer":                   {stringer{4}, "stringer 4"},
		"stringer of the pointer":    {stringerP{5}, "pointer 5"},
		"stringer of a pointer":      {&stringerP{6}, "pointer 6"},
		"stringer without fields":    {marker{}, "marker"},
		"MarshalBSON of the pointer": {hiddenBSON{7}, bson.D{{Key: "n", Value: int32(7)}}},
		"empty struct":               {struct{}{}, bson.D{}},
		"set":                        {map[string]struct{}{"a": {}}, bson.D{{Key: "a", Value: bson.D{}}}},
		"all fields left out":        {skipped{1, 2}, bson.D{}},
		"all fields empty":           {optional{}, bson.D{}},
		"locks":                      {&locked{Name: "n"}, bson.D{{Key: "mutex", Value: bson.D{}}, {Key: "rw", Value: bson.D{}}, {Key: "name", Value: "n"}}},
		"UUID":                       {id, binaryID},
		"pointer to a UUID":          {&id, binaryID},
		"UUIDs":                      {[]uuid.UUID{id}, bson.A{binaryID}},
		"UUID that may be null":      {uuid.NullUUID{UUID: id, Valid: true}, bson.D{{Key: "uuid", Value: binaryID}, {Key: "valid", Value: true}}},
		"16 bytes of another kind":   {ULID(id), bson.Binary{Data: id[:]}},
		"UUID under another name":    {userID(id), bson.Binary{Data: id[:]}},
		"raw JSON":                   {raw, bson.D{{Key: "a", Value: bson.D{{Key: "b", Value: bson.A{true, "x", 100.0}}}}, {Key: "n", Value: int64(7)}, {Key: "z", Value: nil}}},
		"pointer to raw JSON":        {&raw, bson.D{{Key: "a", Value: bson.D{{Key: "b", Value: bson.A{true, "x", 100.0}}}}, {Key: "n", Value: int64(7)}, {Key: "z", Value: nil}}},
		"raw JSON text":              {json.RawMessage(` "s" `), "s"},
		"no raw JSON":                {json.RawMessage(nil), nil},
		"empty raw JSON":             {json.RawMessage{}, nil},
		"URL":                        {link, "https://u@example.com/p"},
		"pointer to a URL":           {&link, "https://u@example.com/p"},
		"URLs by name":               {map[string]*url.URL{"a": &link}, bson.D{{Key: "a", Value: "https://u@example.com/p"}}},
		"user of a URL":              {link.User, "u"},
		"user of a URL by value":     {*link.User, "u"},
		"URL without a password":     {&url.URL{Scheme: "http", User: url.User("u"), Host: "h"}, "http://u@h"},
		"number with a name":         {time.March, int32(3)},
		"number that is an error":    {syscall.ENOENT, "no such file or directory"},
		"duration":                   {time.Second, int64(time.Second)},
		"code with a scope of struct": {bson.CodeWithScope{Code: "x", Scope: struct {
			A int `json:"aa"`
		}{1}}, bson.CodeWithScope{Code: "x", Scope: bson.D{{Key: "aa", Value: int32(1)}}}},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := bson.Marshal(bson.D{{Key: "v", Value: c.want}})
			if err != nil {
				t.Fatal(err)
			}
			for how, v := range map[string]any{
				"in a document": bson.D{{Key: "v", Value: c.v}},
				"in a struct":   struct{ V any }{c.v},
				"by a pointer":  &struct{ V any }{c.v},
			} {
				got, err := new(Encoder).Document(nil, v)
				if err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				if diff := cmp.Diff(bson.Raw(want).String(), bson.Raw(got).String()); diff != "" {
					t.Errorf("%s: %s", how, diff)
				}
			}
		})
	}
}

// TestValuesThatHideTheirFields are refused, where they stand, since the driver would store nothing of them.
func TestValuesThatHideTheirFields(t *testing.T) {
	type hidden struct{ secret string }
	type base struct{ Name string }
	type embedding struct{ base }
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"unexported": {hidden{"s"}, "data.v: a Go bsondoc.hidden has no exported fields"},
		"deep":       {map[string]any{"a": []hidden{{}}}, "data.v.a.0: a Go bsondoc.hidden has no exported fields"},
		"embedded":   {embedding{}, "data.v: a Go bsondoc.embedding has no exported fields"},
		"time by name": {struct {
			At moment `json:"at"`
		}{}, "data.v.at: a Go bsondoc.moment has no exported fields"},
		"counter":          {new(atomic.Int64), "data.v: a Go atomic.Int64 has no exported fields"},
		"URL by name":      {dsn{User: url.UserPassword("u", "secret")}, ""},
		"no JSON":          {json.RawMessage(`{"a": secret}`), "data.v: is not one valid JSON value"},
		"two values":       {json.RawMessage(`1 2`), "data.v: is not one valid JSON value"},
		"half a value":     {json.RawMessage(`{"a": {"b": 1}`), "data.v: is not one valid JSON value"},
		"number too large": {json.RawMessage(`{"a": 1e999}`), "data.v.a: a json.Number that is not a number, or too large for a double"},
		"NUL in a name":    {json.RawMessage(`{"a": {"b\u0000": 1}}`), `data.v.a.b\x00: a field name cannot hold a NUL byte; remove it`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := new(Encoder).Document(nil, bson.D{{Key: "data", Value: bson.D{{Key: "v", Value: c.v}}}})
			if c.want == "" {
				if err != nil || bytes.Contains(got, []byte("secret")) {
					t.Fatal(bson.Raw(got), err)
				}
				return
			}
			if err == nil || len(err.Error()) < len(c.want) || err.Error()[:len(c.want)] != c.want {
				t.Errorf("got  %v\nwant %s…", err, c.want)
			}
		})
	}
}
