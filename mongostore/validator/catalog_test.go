// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// catalog is a server that keeps the options of one collection, and answers as MongoDB 8 does. It can be told to misbehave.
type catalog struct {
	uri string

	mu       sync.Mutex // guards the following
	exists   bool
	kind     string // of the collection
	options  bson.D
	commands []string // that were run, but for looks
	refuse   map[string]bson.D
	drops    map[string]bool           // commands whose validator is dropped silently
	before   map[string]func(*catalog) // once
	after    map[string]func(*catalog) // once
	doubles  bool                      // keeps numbers as doubles
}

func newCatalog(t *testing.T) *catalog {
	t.Helper()
	c := &catalog{kind: "collection", refuse: map[string]bson.D{}, drops: map[string]bool{}, before: map[string]func(*catalog){}, after: map[string]func(*catalog){}}
	server := wireserver.Start(t)
	server.Script(c.answer)
	c.uri = server.URI()
	return c
}

// collection returns the collection through a client of its own.
func (c *catalog) collection(t *testing.T) *mongo.Collection {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(c.uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(t.Context()) })
	return client.Database("shop").Collection("events")
}

var ok = bson.D{{Key: "ok", Value: 1.0}}

func (c *catalog) answer(command wireserver.Command) wireserver.Action {
	c.mu.Lock()
	defer c.mu.Unlock()
	if failure, there := c.refuse[command.Name]; there {
		return wireserver.Answer(failure)
	}
	if before, there := c.before[command.Name]; there {
		delete(c.before, command.Name)
		before(c)
	}
	if after, there := c.after[command.Name]; there {
		delete(c.after, command.Name)
		defer after(c)
	}
	switch command.Name {
	case "listcollections":
		batch := bson.A{}
		if c.exists {
			batch = append(batch, bson.D{{Key: "name", Value: "events"}, {Key: "type", Value: c.kind}, {Key: "options", Value: c.options}})
		}
		return wireserver.Answer(append(bson.D{{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "shop.$cmd.listCollections"}, {Key: "firstBatch", Value: batch}}}}, ok...))
	case "create":
		c.commands = append(c.commands, command.Name)
		if c.exists {
			return wireserver.Answer(wireserver.Failure(48, "NamespaceExists"))
		}
		c.exists = true
		c.set(command)
		return wireserver.Answer(ok)
	case "collmod":
		c.commands = append(c.commands, command.Name)
		if !c.exists {
			return wireserver.Answer(wireserver.Failure(26, "NamespaceNotFound"))
		}
		c.set(command)
		return wireserver.Answer(ok)
	default:
		return wireserver.Proceed
	}
}

func (c *catalog) set(command wireserver.Command) {
	c.options = bson.D{}
	for _, key := range []string{"validator", "validationLevel", "validationAction"} {
		v := command.Body.Lookup(key)
		if c.drops[command.Name] && key == "validator" || v.IsZero() {
			continue
		}
		var value any
		_ = v.Unmarshal(&value)
		if c.doubles {
			value = doubled(value)
		}
		c.options = append(c.options, bson.E{Key: key, Value: value})
	}
}

// doubled returns a value as a server gives it that keeps numbers as JSON does.
func doubled(v any) any {
	switch v := v.(type) {
	case bson.D:
		for i := range v {
			v[i].Value = doubled(v[i].Value)
		}
	case bson.A:
		for i := range v {
			v[i] = doubled(v[i])
		}
	case int32:
		return float64(v)
	}
	return v
}

// ran returns the commands that changed the collection since the last call.
func (c *catalog) ran() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := strings.Join(c.commands, " ")
	c.commands = nil
	return all
}

func (c *catalog) option(key string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.options {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}
