// SPDX-License-Identifier: Apache-2.0

package players

import "net/http"

// moveCoins moves coins; an amount of 0 is left out, as old apps do.
func (a *app) moveCoins(transactionType, direction string, amount int64) error {
	in := object(map[string]any{"transaction_type": transactionType, "direction": direction})
	counted := 1.0
	if amount != 0 {
		in["amount"], counted = amount, float64(amount)
	}
	if err := a.post("/v1/coins", in, nil, http.StatusOK); err != nil {
		return err
	}
	a.truth.coins(transactionType, direction, counted)
	return nil
}

type creditAnswer struct {
	Purchase string `json:"purchase"`
	Status   string `json:"status"`
	Credits  int64  `json:"credits"`
}

// buyCredits returns the purchase.
func (a *app) buyCredits(credits int64, payment string) (id string, err error) {
	in := map[string]any{"credits": credits, "payment": payment}
	return a.moveCredits("purchase", "/v1/credits/purchases", in, http.StatusPaymentRequired)
}

func (a *app) refundCredits(purchase string) error {
	_, err := a.moveCredits("refund", "/v1/credits/refunds", map[string]any{"purchase": purchase}, http.StatusConflict)
	return err
}

func (a *app) moveCredits(kind, path string, in any, failure int) (id string, err error) {
	var c creditAnswer
	status, err := a.call(http.MethodPost, path, in, &c, http.StatusOK, http.StatusAccepted, failure)
	if err != nil {
		return "", err
	}
	if status == failure {
		c.Status = "failed"
	}
	a.truth.credits(kind, c.Status, c.Credits)
	return c.Purchase, nil
}
