// SPDX-License-Identifier: Apache-2.0

package players

import (
	"fmt"
	"net/http"
)

// actions are everything that a player does: together, every endpoint, and
// every value of every attribute, those that are left out included.
func (p *player) actions() []func() error {
	var all []func() error
	for _, mode := range []string{"practice", "multiplayer", "tournament", ""} {
		for _, ending := range []ending{natural, natural, notStarted, abandoned, left} {
			all = append(all, func() error { return p.match(mode, ending) })
		}
	}
	for _, registrationType := range []string{"email", "google", ""} {
		for _, accountType := range []string{"normal", "premium", "admin", ""} {
			all = append(all, func() error { return p.newcomer(registrationType, accountType) })
		}
	}
	for _, method := range []string{"email", "google", "phone", ""} {
		all = append(all, func() error { return p.guest(method) })
	}
	return append(all, p.visit, p.visit, p.spendCoins, p.oldApp, p.credits, p.browse, p.crash, p.mistakes)
}

// newcomer registers, logs in in every way that there is, and out.
func (p *player) newcomer(registrationType, accountType string) error {
	domain := ""
	if accountType == "admin" {
		domain = "staff.example"
	}
	a := p.app()
	if err := a.register(p.email(domain), registrationType, accountType); err != nil {
		return err
	}
	methods := []string{"email", "jwt", "session", ""}
	if a.google {
		if err := a.signInGoogle(); err != nil {
			return err
		}
		methods = []string{"jwt", "session"}
	}
	for _, method := range methods {
		if err := a.logIn(method); err != nil {
			return err
		}
	}
	return a.logOut()
}

// guest plays as a guest for a while and then makes the account a full one.
func (p *player) guest(method string) error {
	a := p.app()
	if err := a.registerGuest(); err != nil {
		return err
	}
	proof := map[string]any{}
	switch method {
	case "google":
		proof["token"] = googleToken(p.email(""))
	case "phone":
		proof["phone"] = p.phone()
	default:
		proof["email"], proof["password"] = p.email(""), secret
	}
	return a.convert(method, proof)
}

func (p *player) spendCoins() error {
	amount := int64(1 + p.random.IntN(50))
	for _, move := range []struct{ transactionType, direction string }{
		{"bonus", "credit"},
		{"purchase", "debit"},
		{"refund", "credit"},
		{"refund", "debit"},
	} {
		if err := p.me.moveCoins(move.transactionType, move.direction, amount); err != nil {
			return err
		}
	}
	return nil
}

// oldApp leaves out what it can.
func (p *player) oldApp() error {
	if err := p.me.moveCoins("", "", 0); err != nil {
		return err
	}
	if err := p.me.moveCoins("", "credit", 3); err != nil {
		return err
	}
	return p.me.moveCoins("bonus", "", 0)
}

func (p *player) credits() error {
	for _, payment := range []string{"card", "invoice"} {
		id, err := p.me.buyCredits(int64(1+p.random.IntN(200)), payment)
		if err != nil {
			return err
		}
		for range 2 { // the second fails
			if err := p.me.refundCredits(id); err != nil {
				return err
			}
		}
	}
	if _, err := p.me.buyCredits(25, "card"); err != nil { // these they keep
		return err
	}
	_, err := p.me.buyCredits(10, "declined_card")
	return err
}

// browse looks around, logged in and not.
func (p *player) browse() error {
	for _, a := range []*app{p.me, p.app()} {
		for _, screen := range []string{"home", "rules", "leaderboard"} {
			if err := a.post("/v1/screens", map[string]any{"screen_name": screen}, nil, http.StatusNoContent); err != nil {
				return err
			}
			a.truth.event("screen_viewed")
		}
		in := map[string]any{"feature": "emote", "properties": map[string]any{"emote": "wave", "times": p.random.IntN(3)}}
		if err := a.post("/v1/features", in, nil, http.StatusNoContent); err != nil {
			return err
		}
		a.truth.event("feature_used")
	}
	_, err := p.me.call(http.MethodGet, "/v1/wallet", nil, nil, http.StatusOK)
	return err
}

// crash reports an error, with more in it than is for anybody to see.
func (p *player) crash() error {
	in := map[string]any{"code": "E42", "message": "the card table has no legs", "details": map[string]any{
		"form": map[string]any{"email": p.me.email, "password": secret}, "email": p.me.email, "token": p.me.jwt, "line": 17,
	}}
	if err := p.me.post("/v1/errors", in, nil, http.StatusNoContent); err != nil {
		return err
	}
	p.me.truth.event("error_occurred")
	return nil
}

// mistakes are refused, and are neither stored nor counted.
func (p *player) mistakes() error {
	g, err := p.table("tournament", 0)
	if err != nil {
		return err
	}
	table := "/v1/games/" + g.ID
	nobody, intruder := p.app(), p.app()
	intruder.session = "s-INVENTED"
	type body = map[string]any
	for _, m := range []struct {
		who    *app
		method string
		path   string
		in     any
		want   int
	}{
		{nobody, http.MethodPost, "/v1/games", body{}, http.StatusUnauthorized},
		{nobody, http.MethodDelete, "/v1/sessions/current", nil, http.StatusUnauthorized},
		{intruder, http.MethodPost, "/v1/screens", body{"screen_name": "home"}, http.StatusUnauthorized},
		{nobody, http.MethodPost, "/v1/users", body{"email": p.me.email, "password": secret}, http.StatusConflict},
		{nobody, http.MethodPost, "/v1/users", body{"email": "nonsense", "password": secret}, http.StatusBadRequest},
		{nobody, http.MethodPost, "/v1/users", body{"email": p.email(""), "password": "short"}, http.StatusBadRequest},
		{nobody, http.MethodPost, "/v1/users", body{"email": p.email(""), "password": secret, "account_type": "admin"}, http.StatusForbidden},
		{nobody, http.MethodPost, "/v1/users", body{"email": p.email(""), "password": secret, "account_type": "king"}, http.StatusBadRequest},
		{nobody, http.MethodPost, "/v1/sessions", body{"email": p.me.email, "password": "a wrong one"}, http.StatusUnauthorized},
		{nobody, http.MethodPost, "/v1/sessions", body{"jwt": p.me.jwt + "x"}, http.StatusUnauthorized},
		{nobody, http.MethodPost, "/v1/sessions", body{"auth_method": "fax"}, http.StatusBadRequest},
		{nobody, http.MethodPost, "/v1/sessions/google", body{"token": googleToken(p.email(""))}, http.StatusUnauthorized},
		{p.me, http.MethodPost, "/v1/users/me/convert", body{"phone": p.phone()}, http.StatusConflict},
		{p.me, http.MethodPost, "/v1/games", body{"game_mode": "blitz"}, http.StatusBadRequest},
		{p.me, http.MethodPost, "/v1/games", []string{"no object"}, http.StatusBadRequest},
		{p.me, http.MethodPost, "/v1/games/g-NONE/join", nil, http.StatusNotFound},
		{p.me, http.MethodPost, table + "/join", nil, http.StatusConflict},
		{p.me, http.MethodPost, table + "/play", nil, http.StatusConflict},
		{p.me, http.MethodPost, table + "/special", body{"card_type": "ace"}, http.StatusBadRequest},
		{p.me, http.MethodPost, table + "/special", nil, http.StatusConflict},
		{p.friends[0], http.MethodPost, table + "/start", nil, http.StatusForbidden},
		{p.friends[0], http.MethodPost, table + "/abandon", nil, http.StatusForbidden},
		{p.me, http.MethodPost, "/v1/coins", body{"amount": -1}, http.StatusBadRequest},
		{p.me, http.MethodPost, "/v1/coins", body{"amount": "much"}, http.StatusBadRequest},
		{p.me, http.MethodPost, "/v1/coins", body{"transaction_type": "game_reward"}, http.StatusBadRequest},
		{p.me, http.MethodPost, "/v1/coins", body{"direction": "debit", "amount": 1_000_000}, http.StatusConflict},
		{p.me, http.MethodPost, "/v1/credits/purchases", body{"credits": 0, "payment": "card"}, http.StatusBadRequest},
		{p.me, http.MethodPost, "/v1/credits/refunds", body{"purchase": "p-NONE"}, http.StatusNotFound},
		{p.me, http.MethodPost, "/v1/screens", body{}, http.StatusBadRequest},
		{p.me, http.MethodGet, "/v1/nothing", nil, http.StatusNotFound},
		{p.me, http.MethodPut, "/v1/wallet", nil, http.StatusMethodNotAllowed},
	} {
		if _, err := m.who.call(m.method, m.path, m.in, nil, m.want); err != nil {
			return fmt.Errorf("a mistake: %w", err)
		}
	}
	if _, err := p.me.send(http.MethodPost, "/v1/coins", "text/plain", []byte("{}"), nil, http.StatusUnsupportedMediaType); err != nil {
		return err
	}
	return p.abandon(&g)
}
