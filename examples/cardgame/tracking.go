// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/account"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/game"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/wallet"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// tracking has every call to the SDK that says what happened: one method for
// each thing that players do, named by it. Which metrics that updates is for
// events.yaml to say. Who did it is in the context, see api.actor.
//
// What cannot be tracked is logged and does not fail the request: the game
// goes on. The SDK has counted it in otelanalytics_events_rejected_total.
type tracking struct {
	apps    *otelanalytics.Client // what belongs to no module
	users   *otelanalytics.Module
	games   *otelanalytics.Module
	credits *otelanalytics.Module
	logger  *slog.Logger

	occupancy sync.Mutex // held from looking at the seats until they are recorded
}

func newTracking(c *otelanalytics.Client, l *slog.Logger) *tracking {
	return &tracking{
		apps: c, users: c.Module("user_management"), games: c.Module("game"), credits: c.Module("credit_system"), logger: l,
	}
}

// Users.

func (t *tracking) registered(ctx context.Context, acc account.Account, registrationType, ip string) {
	t.check(t.users.Track(ctx, otelanalytics.Event{Type: "user_registered", Data: said(map[string]any{
		"registration_type": registrationType, "account_type": acc.Type, "email": acc.Email, "ip": ip,
	})}))
}

func (t *tracking) guestRegistered(ctx context.Context, acc account.Account, ip string) {
	t.check(t.users.TrackBatch(ctx, []otelanalytics.Event{
		{Type: "user_registered", Data: said(map[string]any{"registration_type": "guest", "account_type": acc.Type, "ip": ip})},
		{Type: "guest_account_created"},
	}))
}

func (t *tracking) guestConverted(ctx context.Context, acc account.Account, method string) {
	t.check(t.users.Track(ctx, otelanalytics.Event{Type: "guest_account_converted", Data: said(map[string]any{
		"conversion_method": method, "email": acc.Email,
	})}))
}

func (t *tracking) loggedIn(ctx context.Context, acc account.Account, method, ip string) {
	t.check(t.users.Track(ctx, otelanalytics.Event{Type: "user_logged_in", Data: said(map[string]any{
		"auth_method": method, "account_type": acc.Type, "email": acc.Email, "ip": ip,
	})}))
}

func (t *tracking) googleSignedIn(ctx context.Context, acc account.Account, ip string) {
	t.check(t.users.Track(ctx, otelanalytics.Event{Type: "google_sign_in", Data: said(map[string]any{
		"account_type": acc.Type, "email": acc.Email, "ip": ip,
	})}))
}

func (t *tracking) loggedOut(ctx context.Context) {
	t.check(t.users.Track(ctx, otelanalytics.Event{Type: "user_logged_out"}))
}

// Apps.

func (t *tracking) screenViewed(ctx context.Context, screen string) {
	t.check(t.apps.Track(ctx, otelanalytics.Event{Type: "screen_viewed", Data: map[string]any{"screen_name": screen}}))
}

func (t *tracking) featureUsed(ctx context.Context, feature string, properties map[string]any) {
	data := map[string]any{"feature": feature}
	if properties != nil {
		data["properties"] = properties
	}
	t.check(t.apps.Track(ctx, otelanalytics.Event{Type: "feature_used", Data: data}))
}

func (t *tracking) errorOccurred(ctx context.Context, code, message string, details map[string]any) {
	data := said(map[string]any{"code": code, "message": message})
	if details != nil {
		data["details"] = details
	}
	t.check(t.apps.Track(ctx, otelanalytics.Event{Type: "error_occurred", Data: data}))
}

// Games.

func (t *tracking) gameCreated(ctx context.Context, o game.Outcome) {
	t.check(t.games.Track(ctx, otelanalytics.Event{Type: "game_created", Data: about(o)}))
}

func (t *tracking) gameStarted(ctx context.Context, o game.Outcome) {
	data := about(o)
	data["players"] = len(o.Players)
	t.check(t.games.Track(ctx, otelanalytics.Event{Type: "game_started", Data: data}))
}

func (t *tracking) cardPlayed(ctx context.Context, turn game.Turn) {
	data := about(turn.Outcome)
	data["rank"] = turn.Discarded.Rank
	if turn.Discarded.Suit != "" {
		data["suit"] = string(turn.Discarded.Suit)
	}
	t.check(t.games.Track(ctx, otelanalytics.Event{Type: "card_played", Data: data}))
}

func (t *tracking) specialCardUsed(ctx context.Context, o game.Outcome, cardType string) {
	data := about(o)
	data["card_type"] = cardType
	t.check(t.games.Track(ctx, otelanalytics.Event{Type: "special_card_used", Data: said(data)}))
}

func (t *tracking) dutchCalled(ctx context.Context, o game.Outcome) {
	t.check(t.games.Track(ctx, otelanalytics.Event{Type: "dutch_called", Data: about(o)}))
}

// gameEnded tracks, in one batch, for whom a request ended a game, and whether
// the game itself is over.
func (t *tracking) gameEnded(ctx context.Context, o game.Outcome) {
	actor := eventctx.FromContext(ctx)
	var events []otelanalytics.Event
	for _, c := range o.Completed {
		data := about(o)
		data["result"] = c.Result
		if c.Duration > 0 {
			data["duration"] = c.Duration.Seconds()
		}
		e := otelanalytics.Event{Type: "game_completed", UserID: c.Player, Data: said(data)}
		if c.Player == actor.UserID {
			e.SessionID, e.Platform = actor.SessionID, actor.Platform
		}
		events = append(events, e)
	}
	if o.Over && o.Started {
		events = append(events, otelanalytics.Event{Type: "game_finished", UserID: actor.UserID, Data: about(o)})
	}
	if len(events) == 0 {
		return
	}
	// The actor's session is not that of the others, for whom the game ended too.
	t.check(t.games.TrackBatch(eventctx.WithActor(ctx, eventctx.Actor{}), events))
}

// seatsChanged records how many players sit at the tables of a mode. When two
// requests change that at the same time, the number that was read last is the
// one that is recorded last.
func (t *tracking) seatsChanged(ctx context.Context, mode game.Mode, seated func() int) {
	t.occupancy.Lock()
	defer t.occupancy.Unlock()
	data := said(map[string]any{"game_mode": string(mode), "players": seated()})
	t.check(t.games.Record(ctx, "table_occupancy", data))
}

// Coins and credits.

func (t *tracking) rewarded(ctx context.Context, winner string, coins int64) {
	actor := eventctx.FromContext(ctx)
	if winner != actor.UserID {
		ctx = eventctx.WithActor(ctx, eventctx.Actor{UserID: winner})
	}
	t.coinsMoved(ctx, wallet.Move{Type: wallet.GameReward, Direction: wallet.Credit, Amount: &coins})
}

func (t *tracking) coinsMoved(ctx context.Context, m wallet.Move) {
	data := said(map[string]any{"transaction_type": m.Type, "direction": m.Direction})
	if m.Amount != nil {
		data["amount"] = *m.Amount
	}
	t.check(t.credits.Track(ctx, otelanalytics.Event{Type: "coin_transaction", Data: data}))
}

// creditsMoved records and stores nothing: whose credits they are is in the
// books, and the metrics have no user.
func (t *tracking) creditsMoved(ctx context.Context, kind string, c wallet.Transaction) {
	t.check(t.credits.Record(ctx, "credit_transaction", map[string]any{"type": kind, "status": c.Status}))
	if c.Status == wallet.Success {
		t.check(t.credits.Record(ctx, "credit_balance", map[string]any{"balance": c.Credits}))
	}
}

// about is what all events of a game say about it.
func about(o game.Outcome) map[string]any {
	return said(map[string]any{"game_id": o.ID, "game_mode": string(o.Mode)})
}

// said leaves out what a request left out, so that the event map's defaults
// take its place on /metrics.
func said(data map[string]any) map[string]any {
	for field, value := range data {
		if value == "" {
			delete(data, field)
		}
	}
	return data
}

// check logs what could not be tracked. The errors hold no data of a user.
func (t *tracking) check(err error) {
	if err != nil {
		t.logger.Warn("not tracked", "error", err)
	}
}
