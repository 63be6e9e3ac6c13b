// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

func marshal(t testing.TB, v any) bson.Raw {
	t.Helper()
	doc, err := bson.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestStoredData(t *testing.T) {
	data := marshal(t, bson.D{
		{Key: "$set", Value: bson.D{{Key: "a.b", Value: bson.A{bson.D{{Key: "$x", Value: 1}}, "$y", bson.A{bson.D{{Key: "%2E", Value: 2.5}}}}}}},
		{Key: "plain", Value: "a.b"},
		{Key: "", Value: nil},
		{Key: "code", Value: bson.CodeWithScope{Code: "f()", Scope: bson.D{{Key: "$z", Value: 1}}}},
	})
	want := marshal(t, bson.D{
		{Key: "%24set", Value: bson.D{{Key: "a%2Eb", Value: bson.A{bson.D{{Key: "%24x", Value: 1}}, "$y", bson.A{bson.D{{Key: "%252E", Value: 2.5}}}}}}},
		{Key: "plain", Value: "a.b"},
		{Key: "", Value: nil},
		{Key: "code", Value: bson.CodeWithScope{Code: "f()", Scope: bson.D{{Key: "$z", Value: 1}}}},
	})
	before := []byte("before")
	got, changed := AppendStored(before, data)
	if !changed || !bytes.Equal(got, append(before, want...)) {
		t.Errorf("stored %v, %v", bson.Raw(got[len(before):]), changed)
	}
	if plain := PlainData(want); !bytes.Equal(plain, data) {
		t.Errorf("read %v", bson.Raw(plain))
	}
}

// TestDataWithoutSuchNames: nothing is copied, and nothing is allocated.
func TestDataWithoutSuchNames(t *testing.T) {
	data := marshal(t, bson.D{{Key: "share", Value: "10%2E"}, {Key: "o", Value: bson.D{{Key: "100%", Value: bson.A{bson.D{{Key: "a$", Value: 1}}}}}}})
	dst := []byte("before")
	if got, changed := AppendStored(dst, data); changed || string(got) != "before" {
		t.Errorf("stored %q, %v", got, changed)
	}
	if got := PlainData(data); &got[0] != &data[0] {
		t.Error("the data were copied")
	}
	doc := marshal(t, bson.D{{Key: "a", Value: 1}, {Key: FieldData, Value: data}})
	if got := PlainDocument(doc); &got[0] != &doc[0] {
		t.Error("the document was copied")
	}
	if n := testing.AllocsPerRun(100, func() {
		AppendStored(dst, data)
		PlainData(data)
		PlainDocument(doc)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestPlainDocument(t *testing.T) {
	document := func(key string) bson.Raw {
		return marshal(t, bson.D{{Key: "_id", Value: 1}, {Key: FieldData, Value: bson.D{{Key: key, Value: "x"}}}, {Key: "%24other", Value: 2}})
	}
	if got, want := PlainDocument(document("%24current_url")), document("$current_url"); !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v", bson.Raw(got), want)
	}
	for name, doc := range map[string]bson.Raw{
		"without data": marshal(t, bson.D{{Key: "%24x", Value: 1}}),
		"data a text":  marshal(t, bson.D{{Key: FieldData, Value: "%24x"}}),
		"empty":        {},
		"damaged":      document("%24current_url")[:20],
	} {
		if got := PlainDocument(doc); !bytes.Equal(got, doc) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestParsesRename: both ways to read a document give the names of the caller.
func TestParsesRename(t *testing.T) {
	data := marshal(t, bson.D{{Key: "$current_url", Value: "/"}, {Key: "a.b", Value: bson.A{bson.D{{Key: "$x", Value: 1}}}}})
	e := &New{ID: [16]byte{1}, Type: "page"}
	doc, start := Begin(nil, e)
	doc, changed := AppendStored(doc, data)
	doc = End(doc, start, e, Envelope(Service{}, "m"))
	if !changed || !bsondoc.Valid(bsondoc.TypeDocument, doc, 1) {
		t.Fatal(bson.Raw(doc))
	}
	if _, err := bson.Raw(doc).LookupErr(FieldData, "%24current_url"); err != nil {
		t.Errorf("the document is %v", bson.Raw(doc))
	}
	whole, err := Parse(doc)
	if err != nil || !bytes.Equal(whole.Data, data) {
		t.Errorf("Parse: %v, %v", whole.Data, err)
	}
	recorded, err := ParseRecorded(doc)
	if err != nil || !bytes.Equal(recorded.Data, data) {
		t.Errorf("ParseRecorded: %v, %v", bson.Raw(recorded.Data), err)
	}
}

// TestRandomDataComeBack stores random data, with names of the characters that matter, and reads them.
func TestRandomDataComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 1))
	same := 0
	for range 5_000 {
		data := marshal(t, randomObject(r, 3))
		stored, changed := AppendStored(nil, data)
		if !changed {
			same++
			stored = data
		}
		if !bsondoc.Valid(bsondoc.TypeDocument, stored, 1) {
			t.Fatalf("%v became %v", data, bson.Raw(stored))
		}
		if plain := PlainData(stored); !bytes.Equal(plain, data) {
			t.Fatalf("%v became %v, and that %v", data, bson.Raw(stored), bson.Raw(plain))
		}
		noSuchName(t, stored)
	}
	if same == 0 || same > 4_000 {
		t.Errorf("%d of the data had no such name: that compares little", same)
	}
}

func noSuchName(t *testing.T, doc bson.Raw) {
	t.Helper()
	for rest := doc[4:]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return
		}
		if bytes.HasPrefix(key, []byte("$")) || bytes.IndexByte(key, '.') >= 0 {
			t.Fatalf("the name %q is stored", key)
		}
		if elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray {
			noSuchName(t, value)
		}
		rest = next
	}
}

func randomObject(r *rand.Rand, depth int) bson.D {
	d := bson.D{}
	for range r.IntN(4) {
		d = append(d, bson.E{Key: randomName(r), Value: randomValue(r, depth)})
	}
	return d
}

func randomName(r *rand.Rand) string {
	name := ""
	for range r.IntN(4) {
		name += []string{"$", ".", "%", "2", "4", "5", "E", "a", "%2E", "%24", "%25"}[r.IntN(11)]
	}
	return name
}

func randomValue(r *rand.Rand, depth int) any {
	switch {
	case depth == 0 || r.IntN(3) == 0:
		return randomName(r)
	case r.IntN(2) == 0:
		return randomObject(r, depth-1)
	}
	a := bson.A{}
	for range r.IntN(3) {
		a = append(a, randomValue(r, depth-1))
	}
	return a
}

// FuzzPlainDocument: damaged documents harm nobody.
func FuzzPlainDocument(f *testing.F) {
	f.Add([]byte(marshal(f, bson.D{{Key: FieldData, Value: bson.D{{Key: "%24x", Value: bson.A{bson.D{{Key: "%2E", Value: 1}}}}}}})))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, doc []byte) {
		kept := bytes.Clone(doc)
		valid := bsondoc.Valid(bsondoc.TypeDocument, doc, 1)
		if plain := PlainDocument(doc); valid && !bsondoc.Valid(bsondoc.TypeDocument, plain, 1) {
			t.Errorf("a valid document became %v", bson.Raw(plain))
		}
		PlainData(doc)
		if !bytes.Equal(doc, kept) {
			t.Error("the document was changed")
		}
	})
}
