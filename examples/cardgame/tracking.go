// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/account"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/events"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/game"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/wallet"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
)

// The structs and constants of package events are made from events.yaml, so that a
// field or a value that the map does not have does not compile.
//
//go:generate go run -C ../../cmd/otelanalytics . generate go --package events --header "SPDX-License-Identifier: Apache-2.0" --out ../../examples/cardgame/internal/events/events.go ../../examples/cardgame/events.yaml

// tracking has every call to the SDK that says what happened: one method for
// each thing that players do, named by it. Which metrics that updates is for
// events.yaml to say. Who did it is in the context, see api.actor. What a request
// left out is left out of the event too, so that the map's defaults take its
// place on /metrics.
//
// What cannot be tracked is logged and does not fail the request: the game
// goes on. The SDK has counted it in otelanalytics_events_rejected_total.
type tracking struct {
	apps    *events.Events // what belongs to no module
	users   *events.Events // by module
	games   *events.Events
	credits *events.Events
	batches struct{ users, games *otelanalytics.Module } // of events that belong together
	logger  *slog.Logger

	occupancy sync.Mutex // held from looking at the seats until they are recorded
}

func newTracking(c *otelanalytics.Client, l *slog.Logger) (*tracking, error) {
	t := &tracking{logger: l}
	t.batches.users, t.batches.games = c.Module("user_management"), c.Module("game")
	var errs [4]error
	t.apps, errs[0] = events.New(c)
	t.users, errs[1] = events.New(t.batches.users)
	t.games, errs[2] = events.New(t.batches.games)
	t.credits, errs[3] = events.New(c.Module("credit_system"))
	return t, errors.Join(errs[:]...)
}

// Users.

func (t *tracking) registered(ctx context.Context, acc account.Account, registrationType, ip string) {
	t.check(t.users.UserRegistered.Track(ctx, events.UserRegistered{
		RegistrationType: events.RegistrationType(registrationType), AccountType: events.AccountType(acc.Type), Email: acc.Email, IP: ip,
	}))
}

func (t *tracking) guestRegistered(ctx context.Context, acc account.Account, ip string) {
	t.check(t.batches.users.TrackBatch(ctx, []otelanalytics.Event{
		events.UserRegistered{RegistrationType: events.RegistrationTypeGuest, AccountType: events.AccountType(acc.Type), IP: ip}.Event(),
		events.GuestAccountCreated{}.Event(),
	}))
}

func (t *tracking) guestConverted(ctx context.Context, acc account.Account, method string) {
	t.check(t.users.GuestAccountConverted.Track(ctx, events.GuestAccountConverted{
		ConversionMethod: events.ConversionMethod(method), Email: acc.Email,
	}))
}

func (t *tracking) loggedIn(ctx context.Context, acc account.Account, method, ip string) {
	t.check(t.users.UserLoggedIn.Track(ctx, events.UserLoggedIn{
		AuthMethod: events.AuthMethod(method), AccountType: events.AccountType(acc.Type), Email: acc.Email, IP: ip,
	}))
}

func (t *tracking) googleSignedIn(ctx context.Context, acc account.Account, ip string) {
	t.check(t.users.GoogleSignIn.Track(ctx, events.GoogleSignIn{
		AccountType: events.AccountType(acc.Type), Email: acc.Email, IP: ip,
	}))
}

func (t *tracking) loggedOut(ctx context.Context) {
	t.check(t.users.UserLoggedOut.Track(ctx, events.UserLoggedOut{}))
}

// Apps.

func (t *tracking) screenViewed(ctx context.Context, screen string) {
	t.check(t.apps.ScreenViewed.Track(ctx, events.ScreenViewed{ScreenName: screen}))
}

func (t *tracking) featureUsed(ctx context.Context, feature string, properties map[string]any) {
	t.check(t.apps.FeatureUsed.Track(ctx, events.FeatureUsed{Feature: feature, Properties: properties}))
}

func (t *tracking) errorOccurred(ctx context.Context, code, message string, details map[string]any) {
	t.check(t.apps.ErrorOccurred.Track(ctx, events.ErrorOccurred{Code: code, Message: message, Details: details}))
}

// Games.

func (t *tracking) gameCreated(ctx context.Context, o game.Outcome) {
	t.check(t.games.GameCreated.Track(ctx, events.GameCreated{GameID: o.ID, GameMode: mode(o)}))
}

func (t *tracking) gameStarted(ctx context.Context, o game.Outcome) {
	t.check(t.games.GameStarted.Track(ctx, events.GameStarted{GameID: o.ID, GameMode: mode(o), Players: typed.Int(len(o.Players))}))
}

func (t *tracking) cardPlayed(ctx context.Context, turn game.Turn) {
	t.check(t.games.CardPlayed.Track(ctx, events.CardPlayed{
		GameID: turn.ID, GameMode: string(turn.Mode),
		Rank: typed.Int(turn.Discarded.Rank), Suit: string(turn.Discarded.Suit),
	}))
}

func (t *tracking) specialCardUsed(ctx context.Context, o game.Outcome, cardType string) {
	t.check(t.games.SpecialCardUsed.Track(ctx, events.SpecialCardUsed{GameID: o.ID, GameMode: string(o.Mode), CardType: events.CardType(cardType)}))
}

func (t *tracking) dutchCalled(ctx context.Context, o game.Outcome) {
	t.check(t.games.DutchCalled.Track(ctx, events.DutchCalled{GameID: o.ID, GameMode: mode(o)}))
}

// gameEnded tracks, in one batch, for whom a request ended a game, and whether
// the game itself is over.
func (t *tracking) gameEnded(ctx context.Context, o game.Outcome) {
	actor := eventctx.FromContext(ctx)
	var batch []otelanalytics.Event
	for _, c := range o.Completed {
		e := events.GameCompleted{
			Meta:   typed.Meta{UserID: c.Player},
			GameID: o.ID, GameMode: mode(o), Result: events.Result(c.Result),
		}
		if c.Duration > 0 {
			e.Duration = typed.Float64(c.Duration.Seconds())
		}
		if c.Player == actor.UserID {
			e.SessionID, e.Platform = actor.SessionID, actor.Platform
		}
		batch = append(batch, e.Event())
	}
	if o.Over && o.Started {
		batch = append(batch, events.GameFinished{Meta: typed.Meta{UserID: actor.UserID}, GameID: o.ID, GameMode: mode(o)}.Event())
	}
	if len(batch) == 0 {
		return
	}
	// The actor's session is not that of the others, for whom the game ended too.
	t.check(t.batches.games.TrackBatch(eventctx.WithActor(ctx, eventctx.Actor{}), batch))
}

// seatsChanged records how many players sit at the tables of a mode. When two
// requests change that at the same time, the number that was read last is the
// one that is recorded last.
func (t *tracking) seatsChanged(ctx context.Context, mode game.Mode, seated func() int) {
	t.occupancy.Lock()
	defer t.occupancy.Unlock()
	t.check(t.games.TableOccupancy.Record(ctx, events.TableOccupancy{GameMode: events.GameMode(mode), Players: typed.Int(seated())}))
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
	e := events.CoinTransaction{TransactionType: events.TransactionType(m.Type), Direction: events.Direction(m.Direction)}
	if m.Amount != nil {
		e.Amount = typed.Int(*m.Amount)
	}
	t.check(t.credits.CoinTransaction.Track(ctx, e))
}

// creditsMoved records and stores nothing: whose credits they are is in the
// books, and the metrics have no user.
func (t *tracking) creditsMoved(ctx context.Context, kind string, c wallet.Transaction) {
	t.check(t.credits.CreditTransaction.Record(ctx, events.CreditTransaction{Type: events.Type(kind), Status: events.Status(c.Status)}))
	if c.Status == wallet.Success {
		t.check(t.credits.CreditBalance.Record(ctx, events.CreditBalance{Balance: typed.Int(c.Credits)}))
	}
}

// mode is a game's mode as the event map has it.
func mode(o game.Outcome) events.GameMode { return events.GameMode(o.Mode) }

// check logs what could not be tracked. The errors hold no data of a user.
func (t *tracking) check(err error) {
	if err != nil {
		t.logger.Warn("not tracked", "error", err)
	}
}
