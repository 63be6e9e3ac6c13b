// SPDX-License-Identifier: Apache-2.0

package background

import (
	"context"
	"testing"
)

func TestOr(t *testing.T) {
	var none context.Context
	if ctx := Or(none); ctx == nil || ctx.Err() != nil {
		t.Errorf("got %v for nil", ctx)
	}
	if ctx := t.Context(); Or(ctx) != ctx {
		t.Error("a context is not returned as it is")
	}
}
