// SPDX-License-Identifier: Apache-2.0

package mongostore

import (
	"context"
	"errors"

	"github.com/otelanalytics/otelanalytics-go/internal/background"
)

// Suppress puts a user on the list of suppressed users, and reports whether that is new. From then on no process that has the
// list tracks the user: Track is ErrSuppressed, and what waits in journals is not delivered. This process has the list at once,
// others have it within [eventstore.SuppressionStale]. What is stored already stays: [Store.Delete] deletes it.
//
// The list needs [Config.SuppressKey], or else the error is ErrSuppressKey, as it is with another key than the one that the
// list was begun with. A user who is empty is ErrQuery. After another error, which is ctx's or MongoDB's, call it again.
func (s *Store) Suppress(ctx context.Context, userID string) (added bool, err error) {
	if added, err = s.reader.Suppress(ctx, userID); err != nil {
		return added, err
	}
	return added, s.RefreshSuppression(ctx)
}

// Unsuppress takes a user off the list of suppressed users, and reports whether the user was on it. The same holds as for
// [Store.Suppress]: this process tracks the user at once, others soon. What was refused meanwhile is nowhere.
func (s *Store) Unsuppress(ctx context.Context, userID string) (removed bool, err error) {
	if removed, err = s.reader.Unsuppress(ctx, userID); err != nil {
		return removed, err
	}
	return removed, s.RefreshSuppression(ctx)
}

// Suppress is [Store.Suppress] of no process: those that track have the list within [eventstore.SuppressionStale].
func (r *Reader) Suppress(ctx context.Context, userID string) (added bool, err error) {
	return r.changeSuppressed(ctx, "Suppress", userID, (*suppressed).add)
}

// Unsuppress is [Store.Unsuppress] of no process.
func (r *Reader) Unsuppress(ctx context.Context, userID string) (removed bool, err error) {
	return r.changeSuppressed(ctx, "Unsuppress", userID, (*suppressed).remove)
}

// SuppressedUsers returns how many users are on the list of suppressed users. Where there is a list, and Config.SuppressKey is
// not its key, the error is ErrSuppressKey: a service with this configuration tracks users who are suppressed.
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
