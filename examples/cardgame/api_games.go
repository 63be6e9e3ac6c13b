// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/game"
)

// gameAnswer is a table, as all requests about games answer it.
type gameAnswer struct {
	ID        string             `json:"id"`
	Mode      game.Mode          `json:"game_mode,omitempty"`
	Players   []string           `json:"players"`
	Playing   bool               `json:"playing"`
	Turn      string             `json:"turn,omitempty"`
	Started   bool               `json:"started,omitempty"`
	Over      bool               `json:"over,omitempty"`
	Completed []completionAnswer `json:"completed,omitempty"` // for whom this request ended the game

	Discarded *game.Card `json:"discarded,omitempty"`
	Power     string     `json:"power,omitempty"` // of the discarded card, for /special
	Seen      *game.Card `json:"seen,omitempty"`  // by a queen or a red king
}

type completionAnswer struct {
	Player   string   `json:"player"`
	Result   string   `json:"result,omitempty"`   // win, loss; missing when the game was abandoned
	Duration *float64 `json:"duration,omitempty"` // seconds; missing when the game never started
	Reward   int64    `json:"reward,omitempty"`   // coins
}

func viewOf(v game.View) gameAnswer {
	return gameAnswer{ID: v.ID, Mode: v.Mode, Players: v.Players, Playing: v.Playing, Turn: v.Turn}
}

func (a *api) createGame(r *http.Request) (int, any, error) {
	in, err := read[struct {
		GameMode string `json:"game_mode"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	mode, err := game.ParseMode(in.GameMode)
	if err != nil {
		return 0, nil, err
	}
	o := a.lobby.Create(player(r), mode)
	a.track.gameCreated(r.Context(), o)
	a.seatsChanged(r.Context(), mode)
	return http.StatusCreated, a.settle(r.Context(), o), nil
}

func (a *api) openGames(*http.Request) (int, any, error) {
	games := []gameAnswer{}
	for _, v := range a.lobby.Open() {
		games = append(games, viewOf(v))
	}
	return http.StatusOK, map[string]any{"games": games}, nil
}

func (a *api) lookAtGame(r *http.Request) (int, any, error) {
	v, err := a.lobby.Look(r.PathValue("id"))
	return http.StatusOK, viewOf(v), err
}

func (a *api) joinGame(r *http.Request) (int, any, error) {
	o, err := a.lobby.Join(r.PathValue("id"), player(r))
	if err != nil {
		return 0, nil, err
	}
	a.seatsChanged(r.Context(), o.Mode)
	return http.StatusOK, a.settle(r.Context(), o), nil
}

func (a *api) startGame(r *http.Request) (int, any, error) {
	o, err := a.lobby.Start(r.PathValue("id"), player(r))
	if err != nil {
		return 0, nil, err
	}
	a.track.gameStarted(r.Context(), o)
	return http.StatusOK, a.settle(r.Context(), o), nil
}

// cardInput names a card of a hand. One that is left out is the first.
type cardInput struct {
	Card     int    `json:"card"`
	CardType string `json:"card_type"`
}

func (a *api) playCard(r *http.Request) (int, any, error) {
	in, err := read[cardInput](r)
	if err != nil {
		return 0, nil, err
	}
	turn, err := a.lobby.Play(r.PathValue("id"), player(r), in.Card)
	if err != nil {
		return 0, nil, err
	}
	a.track.cardPlayed(r.Context(), turn)
	answer := a.settle(r.Context(), turn.Outcome)
	answer.Discarded, answer.Power = &turn.Discarded, turn.Power
	return http.StatusOK, answer, nil
}

func (a *api) useSpecialCard(r *http.Request) (int, any, error) {
	in, err := read[cardInput](r)
	if err != nil {
		return 0, nil, err
	}
	use, err := a.lobby.Use(r.PathValue("id"), player(r), in.CardType, in.Card)
	if err != nil {
		return 0, nil, err
	}
	a.track.specialCardUsed(r.Context(), use.Outcome, in.CardType)
	answer := a.settle(r.Context(), use.Outcome)
	answer.Seen = use.Seen
	return http.StatusOK, answer, nil
}

func (a *api) callDutch(r *http.Request) (int, any, error) {
	o, err := a.lobby.Call(r.PathValue("id"), player(r))
	if err != nil {
		return 0, nil, err
	}
	a.track.dutchCalled(r.Context(), o)
	return http.StatusOK, a.settle(r.Context(), o), nil
}

func (a *api) leaveGame(r *http.Request) (int, any, error) {
	o, err := a.lobby.Leave(r.PathValue("id"), player(r))
	if err != nil {
		return 0, nil, err
	}
	if !o.Over {
		a.seatsChanged(r.Context(), o.Mode)
	}
	return http.StatusOK, a.settle(r.Context(), o), nil
}

func (a *api) abandonGame(r *http.Request) (int, any, error) {
	o, err := a.lobby.Abandon(r.PathValue("id"), player(r))
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, a.settle(r.Context(), o), nil
}

// settle does what follows from a request about a game: whoever it ended for
// is tracked, winners get their coins, and a table that is over has no seats.
func (a *api) settle(ctx context.Context, o game.Outcome) gameAnswer {
	answer := viewOf(o.View)
	answer.Started, answer.Over = o.Started, o.Over
	a.track.gameEnded(ctx, o)
	for _, c := range o.Completed {
		completion := completionAnswer{Player: c.Player, Result: c.Result}
		if c.Duration > 0 {
			seconds := c.Duration.Seconds()
			completion.Duration = &seconds
		}
		if reward := o.Mode.Reward(); c.Result == game.Win && reward > 0 {
			a.wallets.Reward(c.Player, reward)
			a.track.rewarded(ctx, c.Player, reward)
			completion.Reward = reward
		}
		answer.Completed = append(answer.Completed, completion)
	}
	if o.Over {
		a.seatsChanged(ctx, o.Mode)
	}
	return answer
}

func (a *api) seatsChanged(ctx context.Context, mode game.Mode) {
	a.track.seatsChanged(ctx, mode, func() int { return a.lobby.Seated(mode) })
}
