// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

type (
	credentials struct {
		Secret string `json:"pass_word"`
		N      int
	}
	bothTags struct {
		Secret string `bson:"b_secret" json:"j_secret"`
		N      int
	}
	untagged struct{ SecretText string }
	contact  struct{ Email, Phone string }
	inlined  struct {
		Contact contact        `bson:"contacts,inline" json:"contact"`
		More    map[string]any `bson:",inline" json:"more"`
		N       int
	}
	deepInlined struct {
		Outer *inlined `bson:",inline"`
	}
	embeds struct {
		contact
		Contact
		N int
	}
	// Contact is embedded.
	Contact struct {
		Mail string `json:"mail"`
		Tel  string `bson:"tel"`
	}
	account struct {
		User  *credentials           `json:"user"`
		Users map[string]credentials `json:"users"`
		List  []*bothTags            `json:"list"`
		Any   any                    `json:"any"`
	}
)

// TestRedactingStructs: a field is redacted by its name in the document, by those of its tags, and by its Go name.
func TestRedactingStructs(t *testing.T) {
	c := credentials{"x", 1}
	whole := account{User: &c, Users: map[string]credentials{"a": c}, List: []*bothTags{{"x", 1}}, Any: c}
	n1 := d{e("n", int32(1))}
	list := bson.A{d{e("b_secret", "x"), e("n", int32(1))}}
	kept := d{e("pass_word", "x"), e("n", int32(1))}
	for name, test := range map[string]struct {
		everywhere   []eventmap.Redaction
		fields       []eventmap.Field
		bsonTagsOnly bool
		in           any
		want         d
	}{
		"json name":                         {everywhere: everywhere("pass_word"), in: c, want: n1},
		"Go name":                           {everywhere: everywhere("Secret"), in: c, want: n1},
		"Go name in lower case":             {everywhere: everywhere("secret"), in: &c, want: n1},
		"no name of it":                     {everywhere: everywhere("SECRET"), in: c, want: kept},
		"json name, bson tags only":         {everywhere: everywhere("pass_word"), bsonTagsOnly: true, in: c, want: n1},
		"key, bson tags only":               {everywhere: everywhere("secret"), bsonTagsOnly: true, in: c, want: n1},
		"bson name of two":                  {everywhere: everywhere("b_secret"), in: bothTags{"x", 1}, want: n1},
		"json name of two":                  {everywhere: everywhere("j_secret"), in: bothTags{"x", 1}, want: n1},
		"Go name of two":                    {everywhere: everywhere("Secret"), in: []bson.E{{Key: "a", Value: bothTags{"x", 1}}}, want: d{e("a", n1)}},
		"without tags":                      {everywhere: everywhere("SecretText"), in: untagged{"x"}, want: d{}},
		"at every depth":                    {everywhere: everywhere("Secret"), in: whole, want: d{e("user", n1), e("users", d{e("a", n1)}), e("list", bson.A{n1}), e("any", n1)}},
		"paths of any names":                {everywhere: everywhere("User.Secret", "users.*.pass_word", "List.j_secret", "Any.secret"), in: whole, want: d{e("user", n1), e("users", d{e("a", n1)}), e("list", bson.A{n1}), e("any", n1)}},
		"one path":                          {everywhere: everywhere("User.pass_word"), in: whole, want: d{e("user", n1), e("users", d{e("a", kept)}), e("list", list), e("any", kept)}},
		"a struct by its Go name":           {everywhere: everywhere("User", "Users"), in: whole, want: d{e("list", list), e("any", kept)}},
		"a flattened key":                   {everywhere: everywhere("login.user.Secret"), in: map[string]any{"login.user": c}, want: d{e("login.user", n1)}},
		"a map within":                      {everywhere: everywhere("any.Secret"), in: account{Any: map[string]any{"Secret": 1, "secret": 2}}, want: d{e("user", nil), e("users", nil), e("list", nil), e("any", d{e("secret", int32(2))})}},
		"hash by Go name":                   {fields: []eventmap.Field{field("Secret", eventmap.RedactHash)}, in: c, want: d{e("pass_word", hashed("x")), e("n", int32(1))}},
		"hash by a path":                    {fields: []eventmap.Field{field("User.Secret", eventmap.RedactHash)}, in: account{User: &c}, want: d{e("user", d{e("pass_word", hashed("x")), e("n", int32(1))}), e("users", nil), e("list", nil), e("any", nil)}},
		"drop wins":                         {everywhere: everywhere("secret"), fields: []eventmap.Field{field("pass_word", eventmap.RedactHash)}, in: c, want: n1},
		"inlined, by its name":              {everywhere: everywhere("email"), in: inlined{Contact: contact{"x", "y"}, N: 1}, want: d{e("phone", "y"), e("n", int32(1))}},
		"inlined, by its path in Go":        {everywhere: everywhere("Contact.Email"), in: inlined{Contact: contact{"x", "y"}, N: 1}, want: d{e("phone", "y"), e("n", int32(1))}},
		"inlined, by its path in JSON":      {everywhere: everywhere("contact.email"), in: inlined{Contact: contact{"x", "y"}, N: 1}, want: d{e("phone", "y"), e("n", int32(1))}},
		"inlined struct by its name":        {everywhere: everywhere("contacts"), in: inlined{Contact: contact{"x", "y"}, N: 1}, want: n1},
		"inlined map by its name":           {everywhere: everywhere("More"), in: inlined{More: map[string]any{"k": 1}, N: 1}, want: d{e("email", ""), e("phone", ""), e("n", int32(1))}},
		"inlined map by a path":             {everywhere: everywhere("more.k"), in: inlined{More: map[string]any{"k": 1}, N: 1}, want: d{e("email", ""), e("phone", ""), e("n", int32(1))}},
		"inlined twice":                     {everywhere: everywhere("Outer.contact.Phone"), in: deepInlined{&inlined{Contact: contact{"x", "y"}, N: 1}}, want: d{e("email", "x"), e("n", int32(1))}},
		"embedded, as Go names it":          {everywhere: everywhere("u.Mail"), in: map[string]any{"u": embeds{Contact: Contact{"x", "y"}, N: 1}}, want: d{e("u", d{e("contact", d{e("tel", "y")}), e("n", int32(1))})}},
		"embedded, by its path":             {everywhere: everywhere("u.contact.Tel"), in: map[string]any{"u": embeds{Contact: Contact{"x", "y"}, N: 1}}, want: d{e("u", d{e("contact", d{e("mail", "x")}), e("n", int32(1))})}},
		"after a document that is not read": {fields: []eventmap.Field{field("any.Secret", eventmap.RedactDrop)}, in: whole, want: d{e("user", kept), e("users", d{e("a", kept)}), e("list", list), e("any", n1)}},
		"in the scope of a code":            {everywhere: everywhere("Secret"), in: d{e("js", bson.CodeWithScope{Code: "f", Scope: c}), e("after", c)}, want: d{e("js", bson.CodeWithScope{Code: "f", Scope: n1}), e("after", n1)}},
	} {
		t.Run(name, func(t *testing.T) {
			s := scratch{enc: bsondoc.Encoder{BSONTagsOnly: test.bsonTagsOnly}, docs: []byte("front")}
			if err := s.encode(&entry{redactor: newRedactor(test.everywhere, test.fields, redactKey)}, nil, "e", test.in); err != nil {
				t.Fatal(err)
			}
			if got, want := bson.Raw(s.docs[len("front"):]), bson.Raw(marshal(t, test.want)); got.String() != want.String() {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
