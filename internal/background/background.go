// SPDX-License-Identifier: Apache-2.0

// Package background makes up for callers that pass nil for a context.
package background

import "context"

// Or returns ctx, or context.Background() in place of nil.
func Or(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}
