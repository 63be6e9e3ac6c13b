// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const reference = "../docs/event-map.md"

// example returns the block of the reference that follows the comment "example: NAME".
func example(t *testing.T, text, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "<!-- example: "+name+" -->\n```")
	if !ok {
		t.Fatalf("%s has no example %q", reference, name)
	}
	_, rest, _ = strings.Cut(rest, "\n")
	block, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatalf("the example %q does not end", name)
	}
	return block
}

func TestTheReferenceIsRight(t *testing.T) {
	data, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for rest, more := text, true; more; {
		checkInvariants(t, parseText(t, example(t, rest, "valid")))
		_, rest, _ = strings.Cut(rest, "<!-- example: valid -->")
		more = strings.Contains(rest, "<!-- example: valid -->")
	}

	wrong, message := example(t, text, "wrong"), example(t, text, "message")
	_, err = Parse([]byte(wrong))
	errs, ok := errors.AsType[Errors](err)
	if !ok {
		t.Fatalf("the wrong map gives %v", err)
	}
	for _, e := range errs {
		e.File = "events.yaml"
	}
	got := errs.Error() + "\n"
	if *update {
		if err := os.WriteFile(reference, []byte(strings.Replace(text, message, got, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(message, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every key that is known must be in the reference, in a table.
func TestTheReferenceNamesEveryKey(t *testing.T) {
	data, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []*objectDecl{&mapObject, &metricObject, &attributeObject, &everyObject, &eventObject, &fieldObject, &recordObject, &deprecationObject} {
		for _, key := range o.known() {
			if !strings.Contains(string(data), "\n| `"+key+"` |") {
				t.Errorf("the key %q of %q is in no table", key, o.name)
			}
		}
	}
}
