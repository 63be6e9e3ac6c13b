// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/validator"
	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
)

// collection is a server that keeps the options of one collection, as MongoDB does.
type collection struct {
	mu      sync.Mutex // guards the following
	options bson.D     // nil: it does not exist
}

func (c *collection) answer(command wireserver.Command) wireserver.Action {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := bson.D{{Key: "ok", Value: 1.0}}
	switch command.Name {
	case "listcollections":
		batch := bson.A{}
		if c.options != nil {
			batch = append(batch, bson.D{{Key: "name", Value: "user_events"}, {Key: "type", Value: "collection"}, {Key: "options", Value: c.options}})
		}
		answer = append(answer, bson.E{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "x.x"}, {Key: "firstBatch", Value: batch}}})
	case "create", "collmod":
		c.options = bson.D{}
		for _, key := range []string{"validator", "validationLevel", "validationAction"} {
			c.options = append(c.options, bson.E{Key: key, Value: command.Body.Lookup(key)})
		}
	default:
		return wireserver.Proceed
	}
	return wireserver.Answer(answer)
}

func TestApply(t *testing.T) {
	server := wireserver.Start(t)
	c := &collection{}
	server.Script(c.answer)
	t.Setenv("OTELANALYTICS_MONGODB_URI", server.URI())
	first, second := eventMap(t, "{a: {on_violation: reject}}"), eventMap(t, "{a: {on_violation: reject, data: {n: {type: int}}}, b: {on_violation: quarantine}}")
	for _, step := range []struct {
		args string
		want string // the output; the command of a dry run is left out
	}{
		{"--apply --dry-run MAP1", "analytics.user_events: would apply, action warn, level moderate\nadded: a\n{\"create\":"},
		{"--apply MAP1", "analytics.user_events: applied, action warn, level moderate\nadded: a\n"},
		{"--apply MAP1", "analytics.user_events: unchanged, action warn, level moderate\n"},
		{"--apply --dry-run --action error MAP2", "analytics.user_events: would apply, action error, level moderate\nadded: b\nchanged: a\n{\"collMod\":"},
		{"--apply --action error --level strict MAP2", "analytics.user_events: applied, action error, level strict\nadded: b\nchanged: a\n"},
		{"--apply MAP1", "analytics.user_events: applied, action error, level strict\nchanged: a\nremoved: b\n"},
		{"--remove --dry-run", "analytics.user_events: would remove, action error, level strict\nremoved: a\n{\"collMod\":"},
		{"--remove", "analytics.user_events: removed, action error, level strict\nremoved: a\n"},
		{"--remove", "analytics.user_events: unchanged, action error, level strict\n"},
	} {
		args := strings.Fields(strings.NewReplacer("MAP1", first, "MAP2", second).Replace(step.args))
		code, out, errs := clitest.Run(t, validator.New(), args...)
		if i := strings.Index(out, "\":"); i > 0 {
			out = out[:i+2]
		}
		if code != 0 || errs != "" || out != step.want {
			t.Errorf("%s: exit code %d\n%s%s\nwant %s", step.args, code, out, errs, step.want)
		}
	}
	code, out, errs := clitest.Run(t, validator.New(), "--apply", "--dry-run", "-o", "json", first)
	var r struct {
		Status  string
		Added   []string
		Changed []string
		Command map[string]any
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || r.Status != "would apply" || len(r.Added) != 1 || r.Changed == nil || r.Command["collMod"] != "user_events" {
		t.Errorf("exit code %d, %v\n%s%s", code, err, out, errs)
	}

	c.options = bson.D{{Key: "validator", Value: bson.D{{Key: "n", Value: 1}}}}
	for _, args := range [][]string{{"--apply", first}, {"--remove"}} {
		code, out, errs := clitest.Run(t, validator.New(), args...)
		if code != 1 || out != "" || !strings.Contains(errs, "not made from an event map") || !strings.Contains(errs, "--replace") {
			t.Errorf("%s: exit code %d\n%s%s", args, code, out, errs)
		}
		if code, _, errs := clitest.Run(t, validator.New(), append(args, "--replace")...); code != 0 {
			t.Errorf("%s: exit code %d\n%s", args, code, errs)
		}
		c.options = bson.D{{Key: "validator", Value: bson.D{{Key: "n", Value: 1}}}}
	}
}

func TestServersThatHaveNone(t *testing.T) {
	server := wireserver.Start(t)
	t.Setenv("OTELANALYTICS_MONGODB_URI", server.URI())
	code, out, errs := clitest.Run(t, validator.New(), "--remove")
	if code != 1 || out != "" || !strings.Contains(errs, "the server has no collection validators") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	server.Script(func(c wireserver.Command) wireserver.Action {
		if c.Name == "listcollections" {
			return wireserver.Answer(wireserver.Failure(13, "Unauthorized"))
		}
		return wireserver.Proceed
	})
	if code, _, errs := clitest.Run(t, validator.New(), "--remove"); code != 2 || !strings.Contains(errs, "13 (Unauthorized)") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// TestTestServer: FerretDB has no validators, and a MongoDB takes one.
func TestTestServer(t *testing.T) {
	server := mongotest.Start(t)
	t.Setenv("OTELANALYTICS_MONGODB_URI", server.URI())
	code, _, errs := clitest.Run(t, validator.New(), "--apply", "--database", server.Database(t).Name(), eventMap(t, "{a: {on_violation: reject}}"))
	if want := map[bool]int{true: 1, false: 0}[server.CanStop()]; code != want || want == 1 && !strings.Contains(errs, "the server has no collection validators") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}
