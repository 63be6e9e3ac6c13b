// SPDX-License-Identifier: Apache-2.0

package eventctx_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

func TestActor(t *testing.T) {
	background := context.Background()
	for _, test := range []struct {
		name string
		ctx  context.Context
		want eventctx.Actor
	}{
		{"none", background, eventctx.Actor{}},
		{"user", eventctx.WithUser(background, "u"), eventctx.Actor{UserID: "u"}},
		{"all, one by one", eventctx.WithPlatform(eventctx.WithSession(eventctx.WithUser(background, "u"), "s"), "ios"), eventctx.Actor{UserID: "u", SessionID: "s", Platform: "ios"}},
		{"the last one wins", eventctx.WithUser(eventctx.WithSession(eventctx.WithUser(background, "u"), "s"), "v"), eventctx.Actor{UserID: "v", SessionID: "s"}},
		{"an actor replaces everything", eventctx.WithActor(eventctx.WithUser(background, "u"), eventctx.Actor{Platform: "web"}), eventctx.Actor{Platform: "web"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := eventctx.FromContext(test.ctx); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestParentContextIsUntouched(t *testing.T) {
	parent := eventctx.WithUser(context.Background(), "u")
	eventctx.WithUser(parent, "v")
	if got := eventctx.FromContext(parent).UserID; got != "u" {
		t.Errorf("got %q, want u", got)
	}
}

func TestFromContextAllocatesNothing(t *testing.T) {
	ctx := eventctx.WithUser(context.Background(), "u")
	if n := testing.AllocsPerRun(100, func() { _ = eventctx.FromContext(ctx) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func Example() {
	ctx := eventctx.WithUser(context.Background(), "u-17")
	ctx = eventctx.WithPlatform(ctx, "ios")
	fmt.Println(eventctx.FromContext(ctx))
	// Output: {u-17  ios}
}
