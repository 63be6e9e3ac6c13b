// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/wallet"
)

func (a *api) lookAtWallet(r *http.Request) (int, any, error) {
	return http.StatusOK, a.wallets.Balance(player(r)), nil
}

func (a *api) moveCoins(r *http.Request) (int, any, error) {
	in, err := read[struct {
		TransactionType string `json:"transaction_type"`
		Direction       string `json:"direction"`
		Amount          *int64 `json:"amount"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	move := wallet.Move{Type: in.TransactionType, Direction: in.Direction, Amount: in.Amount}
	balance, err := a.wallets.Move(player(r), move)
	if err != nil {
		return 0, nil, err
	}
	a.track.coinsMoved(r.Context(), move)
	return http.StatusOK, balance, nil
}

// creditAnswer is what became of a purchase or a refund.
type creditAnswer struct {
	Purchase string `json:"purchase"`
	Status   string `json:"status"`
	wallet.Balance
}

func (a *api) buyCredits(r *http.Request) (int, any, error) {
	in, err := read[struct {
		Credits int64  `json:"credits"`
		Payment string `json:"payment"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	t, err := a.wallets.Buy(player(r), in.Credits, in.Payment)
	return a.creditsMoved(r, wallet.Purchase, t, err)
}

func (a *api) refundCredits(r *http.Request) (int, any, error) {
	in, err := read[struct {
		Purchase string `json:"purchase"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	t, err := a.wallets.Refund(player(r), in.Purchase)
	return a.creditsMoved(r, wallet.Refund, t, err)
}

// creditsMoved answers 200 when the credits have moved, and 202 when they will.
func (a *api) creditsMoved(r *http.Request, kind string, t wallet.Transaction, err error) (int, any, error) {
	if t.Status != "" { // the request was one that could have succeeded
		a.track.creditsMoved(r.Context(), kind, t)
	}
	if err != nil {
		return 0, nil, err
	}
	status := http.StatusOK
	if t.Status == wallet.Pending {
		status = http.StatusAccepted
	}
	return status, creditAnswer{Purchase: t.ID, Status: t.Status, Balance: t.Balance}, nil
}
