// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

// secret is what must not be found anywhere.
const secret = "hunter2-the-secret"

// secretMap redacts fields of the names pw and Pw by each means, and records what is around them.
const secretMap = `
version: 1
redact: [pw, Word, "account.card", "*.*.deep"]
metrics:
  seen: {instrument: counter, attributes: {note: {limit: 100}}}
  lengths: {instrument: histogram, buckets: [10]}
events:
  dropped: {record: [{metric: seen}, {metric: lengths, value: "=len(data.note)"}], data: {note: {type: string}}}
  hashed:  {record: [{metric: seen}], data: {note: {type: string}, Key.Hash: {redact: hash}, hash: {redact: hash}, Hash: {redact: hash}, list.hash: {redact: hash}}}
  only:    {store: false, record: [{metric: seen}]}
`

// Types with the secret behind a name that is redacted.
type (
	secretText   string
	secretStruct struct{ Value, Other string }
	secretHidden struct{ text string }
	secretBSON   struct{ V string }
	secretValue  struct{ V string }
	secretJSON   struct{ v string }
	// SecretEmbedded is embedded.
	SecretEmbedded struct {
		Card string `json:"card"`
	}
	secretAppender struct{}
)

func (s secretHidden) Error() string { return s.text }
func (s secretBSON) MarshalBSON() ([]byte, error) {
	return bson.Marshal(bson.D{{Key: "pw", Value: s.V}, {Key: "n", Value: 1}})
}

func (s *secretValue) MarshalBSONValue() (byte, []byte, error) {
	kind, value, err := bson.MarshalValue([]bson.D{{{Key: "pw", Value: s.V}}})
	return byte(kind), value, err
}
func (s secretJSON) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, `[{"pw": %q}]`, s.v), nil }
func (secretAppender) AppendBSON(dst []byte) ([]byte, error) {
	doc, err := secretBSON{secret}.MarshalBSON()
	return append(dst, doc...), err
}

// secretValues are Go values of every kind that hold the secret.
func secretValues() []any {
	text := secret
	link := url.URL{Host: "h", Path: secret}
	return []any{
		text, &text, secretText(text), []byte(text),
		[]string{text},
		[1]string{text},
		map[string]string{"k": text},
		map[secretText]int{secretText(text): 1},
		map[string]any{text: []any{text}},
		bson.D{{Key: "k", Value: text}},
		bson.A{text},
		bson.M{"k": text},
		secretStruct{text, text},
		&secretStruct{text, text},
		[]secretStruct{{text, text}},
		errors.New(text),
		secretHidden{text},
		json.RawMessage(`{"k": "` + text + `"}`), link, &link,
		bson.Raw(must(bson.Marshal(bson.D{{Key: "k", Value: text}}))), bson.Symbol(text), bson.JavaScript(text),
		bson.Regex{Pattern: text},
		bson.Binary{Data: []byte(text)},
		bson.CodeWithScope{Code: bson.JavaScript(text), Scope: bson.D{{Key: "k", Value: text}}},
		secretBSON{text},
		&secretValue{text},
		secretJSON{text},
		struct{ V any }{text},
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// secretFields returns structs with one field of a value's type for each name by which the map redacts it.
func secretFields(v any) []any {
	var all []any
	for _, f := range []struct{ name, tag string }{
		{"Pw", ""},
		{"A", `bson:"pw"`},
		{"A", `json:"pw"`},
		{"A", `bson:"b" json:"pw"`},
		{"A", `bson:"pw" json:"j"`},
		{"A", `json:"pw,omitempty"`},
		{"A", "pw"},
		{"Pw", `json:"j"`},
		{"Pw", `bson:"b" json:"j,omitempty"`},
		{"Word", `json:"w"`},
		{"Word", `bson:"x,minsize"`},
	} {
		s := reflect.New(reflect.StructOf([]reflect.StructField{
			{Name: f.name, Type: reflect.TypeOf(v), Tag: reflect.StructTag(f.tag)},
			{Name: "Note", Type: reflect.TypeFor[string](), Tag: `json:"note"`},
		})).Elem()
		s.Field(0).Set(reflect.ValueOf(v))
		s.Field(1).SetString("a note")
		all = append(all, s.Interface(), s.Addr().Interface())
	}
	return all
}

// secretData returns data of every shape with such structs in it, and those that paths redact.
func secretData() (all, byPath []any) {
	for i, v := range secretValues() {
		fields := secretFields(v)
		all = append(all, fields...)
		all = append(all, map[string]any{"pw": v}, bson.D{{Key: "Word", Value: v}})
		byPath = append(byPath,
			bson.M{"account.card": v}, map[string]any{"account": map[string]any{"card": v}},
			struct {
				Account struct{ Card any } `json:",inline"`
			}{struct{ Card any }{v}},
			map[string]any{"a": struct {
				B struct {
					X any `bson:"x" json:"deep"`
				}
			}{struct {
				X any `bson:"x" json:"deep"`
			}{v}}},
		)
		f := fields[i%len(fields)]
		t := reflect.TypeOf(f)
		list := reflect.Append(reflect.MakeSlice(reflect.SliceOf(t), 0, 1), reflect.ValueOf(f)).Interface()
		byName := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[secretText](), t))
		byName.SetMapIndex(reflect.ValueOf(secretText("k")), reflect.ValueOf(f))
		all = append(all,
			map[string]any{"in": f}, bson.D{{Key: "in", Value: []any{f}}}, struct{ V any }{list}, byName.Interface(), map[string]any{"m": bson.A{byName.Interface()}},
			struct {
				In map[string]any `bson:",inline"`
			}{map[string]any{"pw": v}},
			struct {
				Pw map[string]any `bson:",inline"`
			}{map[string]any{"k": v}},
		)
	}
	byPath = append(byPath,
		struct {
			Account struct{ SecretEmbedded } `json:"account"`
		}{struct{ SecretEmbedded }{SecretEmbedded{secret}}},
		secretJSONDocument{secret}, json.RawMessage(`{"a": [{"pw": "`+secret+`"}], "account": {"card": "`+secret+`"}}`), secretAppender{},
	)
	all = append(all, secretBSON{secret}, &secretBSON{secret}, map[string]any{"v": []any{secretBSON{secret}, &secretValue{secret}, secretJSON{secret}}},
		map[string]any{"link": url.URL{Scheme: "https", User: url.UserPassword("u", secret), Host: "h"}, "user": url.UserPassword("u", secret)},
		struct{ DSN *url.URL }{&url.URL{User: url.UserPassword("u", secret), Host: "h"}},
	)
	return all, byPath
}

type secretJSONDocument struct{ v string }

func (s secretJSONDocument) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"pw": {"k": %q}, "a": {"b": {"deep": %[1]q}}}`, s.v), nil
}

// hashedData has the secret where the map hashes it.
func hashedData() []any {
	type key struct {
		Hash string `json:"h"`
	}
	return []any{
		map[string]any{"hash": secret},
		struct{ Hash string }{secret},
		struct {
			A string `json:"hash"`
		}{secret},
		struct {
			Hash string `json:"other"`
		}{secret},
		struct{ Key key }{key{secret}},
		struct {
			A []key `json:"list" bson:"l"`
		}{[]key{{secret}}},
		struct {
			A secretStruct `bson:"a" json:"hash"`
		}{secretStruct{secret, secret}},
	}
}

// TestSecretsOfEveryGoTypeAreRedacted tracks a secret in Go values of every kind, through every door, and looks for it in all
// that the SDK writes.
func TestSecretsOfEveryGoTypeAreRedacted(t *testing.T) {
	server := mongotest.Start(t)
	every := map[string]int{"json tags": 1, "bson tags only": 5, "with a hook": 7, "a hook that adds a field": 7} // to save time
	for name, options := range map[string][]otelanalytics.Option{
		"json tags":      nil,
		"bson tags only": {otelanalytics.WithBSONTagsOnly()},
		"with a hook":    {otelanalytics.WithBeforeTrack(func(context.Context, *otelanalytics.Event) bool { return true })},
		"a hook that adds a field": {otelanalytics.WithBeforeTrack(func(_ context.Context, e *otelanalytics.Event) bool {
			if raw, ok := e.Data.(bson.Raw); ok {
				var m bson.M
				if bson.Unmarshal(raw, &m) == nil {
					m["added"] = 1
					e.Data = m
				}
			}
			return true
		})},
	} {
		t.Run(name, func(t *testing.T) { secretsAreRedacted(t, server, every[name], options...) })
	}
}

func secretsAreRedacted(t *testing.T, server *mongotest.Server, every int, options ...otelanalytics.Option) {
	var kept logRecords
	s := startMap(t, server, servicetest.Map(t, secretMap), append(options, otelanalytics.WithRedactKey([]byte("0123456789abcdef")),
		otelanalytics.WithLoggerProvider(sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(&kept)))))...)
	eventTypes, err := typedimpl.EventTypes(s.client, typedimpl.Code{Events: []string{"dropped", "hashed", "only"}})
	if err != nil {
		t.Fatal(err)
	}
	byName, byPath := secretData()
	sent := 0
	for i, eventType := range []string{"dropped", "hashed", "only"} {
		all := append(byName[:len(byName):len(byName)], byPath...)
		if eventType == "hashed" {
			all = hashedData()
		}
		for j, data := range all {
			if j%every != 0 {
				continue
			}
			event := otelanalytics.Event{Type: eventType, UserID: "u", Data: data}
			err := errors.Join(s.client.Track(t.Context(), event), s.client.TrackBatch(t.Context(), []otelanalytics.Event{event, event}), s.client.Record(t.Context(), eventType, data))
			if sent += 3; err == nil && eventType != "hashed" && j < len(byName) {
				err = trackTyped(t.Context(), s.client, eventTypes[i], eventType, data)
				sent += 2
			}
			if err != nil {
				t.Fatalf("%T %v: %v", data, data, err)
			}
		}
	}
	places := map[string]string{"log": s.log.String(), "page": s.page("")}
	for _, file := range files(t, s.dir) {
		places[file] = string(must(os.ReadFile(file)))
	}
	for i, r := range kept.records {
		var text strings.Builder
		r.WalkAttributes(func(kv attribute.KeyValue) bool {
			fmt.Fprintf(&text, "%s=%v ", kv.Key, kv.Value.AsInterface())
			return true
		})
		places[fmt.Sprintf("log record %d", i)] = text.String()
	}
	if findsSecret(t, places) {
		s.Abandon = true // since MongoDB may not take what should not be there
		return
	}
	clear(places)
	for i, d := range s.documents() {
		places[fmt.Sprintf("document %d", i)] = string(must(bson.Marshal(d)))
	}
	documents := len(places)
	places["log"], places["page"] = s.log.String(), s.page("")
	findsSecret(t, places)
	if len(kept.records) != sent || documents < sent/2 || !strings.Contains(places["page"], `note="a note"`) {
		t.Errorf("%d events, %d log records, %d documents: what is around the secrets is not there", sent, len(kept.records), documents)
	}
}

// findsSecret reports each place that holds the secret.
func findsSecret(t *testing.T, places map[string]string) bool {
	for place, content := range places {
		if at := strings.Index(content, secret); at >= 0 {
			t.Errorf("%s has the secret: %q", place, content[max(0, at-100):min(len(content), at+50)])
		}
	}
	return t.Failed()
}

// trackTyped tracks data within those of typed code, by both of its doors.
func trackTyped(ctx context.Context, client *otelanalytics.Client, eventType *otelanalytics.EventType, name string, data any) error {
	appendTo := func(d *typedimpl.Data) {
		d.Open("nested")
		d.Any("v", data)
		d.Array("list", []any{data})
		d.Object("object", map[string]any{"o": data})
		d.Close()
	}
	d := typedimpl.Begin()
	appendTo(d)
	return errors.Join(
		d.Track(ctx, eventType, "", typed.Meta{}),
		client.TrackBatch(ctx, []otelanalytics.Event{typedimpl.Event(name, typed.Meta{}, typedimpl.Fields(appendTo))}),
	)
}

// files returns the files below a directory.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
