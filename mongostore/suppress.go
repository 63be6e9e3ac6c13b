// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Suppress puts a user on the list of suppressed users, and reports whether the user is new on it. Afterwards no process with the
// list tracks the user: Track returns ErrSuppressed, and waiting events in journals are not delivered. This process uses the new list
// at once, others within [eventstore.SuppressionStale]. Stored events stay: [Store.Delete] deletes them.
//
// The list needs [Config.SuppressKey]. The error is ErrSuppressKey without a key, and with a different key than the list's first
// one. It is ErrQuery for an empty user. After another error, which is ctx's or MongoDB's, call Suppress again.
func (s *Store) Suppress(ctx context.Context, userID string) (added bool, err error) {
	if added, err = s.reader.Suppress(ctx, userID); err != nil {
		return added, err
	}
	return added, s.RefreshSuppression(ctx)
}

// Unsuppress removes a user from the list of suppressed users, and reports whether the user was on it. This process tracks the
// user at once, others within [eventstore.SuppressionStale]. Events that were refused meanwhile are not kept anywhere. The errors
// are the same as for [Store.Suppress].
func (s *Store) Unsuppress(ctx context.Context, userID string) (removed bool, err error) {
	if removed, err = s.reader.Unsuppress(ctx, userID); err != nil {
		return removed, err
	}
	return removed, s.RefreshSuppression(ctx)
}

// Suppress works like [Store.Suppress], for a program that does not track events. Processes that track use the new list within
// [eventstore.SuppressionStale].
func (r *Reader) Suppress(ctx context.Context, userID string) (added bool, err error) {
	return r.changeSuppressed(ctx, "Suppress", userID, (*suppressed).add)
}

// Unsuppress works like [Store.Unsuppress], for a program that does not track events.
func (r *Reader) Unsuppress(ctx context.Context, userID string) (removed bool, err error) {
	return r.changeSuppressed(ctx, "Unsuppress", userID, (*suppressed).remove)
}

// SuppressedUsers returns the number of users on the list of suppressed users. The error is ErrSuppressKey when there is a list and
// Config.SuppressKey is not its key: a service with this configuration would track suppressed users.
func (r *Reader) SuppressedUsers(ctx context.Context) (int64, error) {
	n, err := r.suppressed.users(background.Or(ctx))
	if err == nil || errors.Is(err, ErrSuppressKey) {
		return n, err
	}
	return n, r.mongoError("list of suppressed users", err)
}

func (r *Reader) changeSuppressed(ctx context.Context, name, userID string, change func(*suppressed, context.Context, string) (bool, error)) (bool, error) {
	if err := somebody(name, userID); err != nil {
		return false, err
	}
	if r.suppressed.hasher == nil {
		return false, errNoSuppressKey
	}
	changed, err := change(r.suppressed, background.Or(ctx), userID)
	if err == nil || errors.Is(err, ErrSuppressKey) || errors.Is(err, errSuppressFull) {
		return changed, err
	}
	return changed, r.mongoError("list of suppressed users", err)
}
