// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/account"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/game"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/wallet"
)

// api is the service over HTTP: it asks the domain to do what a request says,
// tracks what was done, and answers.
type api struct {
	accounts *account.Accounts
	lobby    *game.Lobby
	wallets  *wallet.Wallets
	track    *tracking
}

func newAPI(t *tracking) *api {
	return &api{accounts: account.New(), lobby: game.NewLobby(), wallets: wallet.New(), track: t}
}

// endpoints registers what doc.go lists under /v1.
func (a *api) endpoints(mux *http.ServeMux) {
	for pattern, h := range map[string]handler{
		"POST /v1/users":           a.register,
		"POST /v1/guests":          a.registerGuest,
		"POST /v1/sessions":        a.logIn,
		"POST /v1/sessions/google": a.signInGoogle,
		"POST /v1/screens":         a.viewScreen,
		"POST /v1/features":        a.useFeature,
		"POST /v1/errors":          a.reportError,
	} {
		mux.Handle(pattern, a.known(h))
	}
	for pattern, h := range map[string]handler{
		"DELETE /v1/sessions/current": a.logOut,
		"POST /v1/users/me/convert":   a.convertGuest,

		"POST /v1/games":              a.createGame,
		"GET /v1/games":               a.openGames,
		"GET /v1/games/{id}":          a.lookAtGame,
		"POST /v1/games/{id}/join":    a.joinGame,
		"POST /v1/games/{id}/start":   a.startGame,
		"POST /v1/games/{id}/play":    a.playCard,
		"POST /v1/games/{id}/special": a.useSpecialCard,
		"POST /v1/games/{id}/dutch":   a.callDutch,
		"POST /v1/games/{id}/leave":   a.leaveGame,
		"POST /v1/games/{id}/abandon": a.abandonGame,

		"GET /v1/wallet":             a.lookAtWallet,
		"POST /v1/coins":             a.moveCoins,
		"POST /v1/credits/purchases": a.buyCredits,
		"POST /v1/credits/refunds":   a.refundCredits,
	} {
		mux.Handle(pattern, a.known(signedIn(h)))
	}
}
