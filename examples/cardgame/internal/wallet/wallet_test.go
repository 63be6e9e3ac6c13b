// SPDX-License-Identifier: Apache-2.0

package wallet_test

import (
	"errors"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/wallet"
)

func kind(err error) rule.Kind {
	var broken *rule.Error
	if !errors.As(err, &broken) {
		return 0
	}
	return broken.Kind
}

func TestCoins(t *testing.T) {
	w := wallet.New()
	w.Reward("a", 10)
	amount := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		name string
		move wallet.Move
		want int64 // the balance afterwards
		kind rule.Kind
	}{
		{"bonus", wallet.Move{Type: wallet.Bonus, Direction: wallet.Credit, Amount: amount(5)}, 15, 0},
		{"purchase", wallet.Move{Type: wallet.Purchase, Direction: wallet.Debit, Amount: amount(15)}, 0, 0},
		{"more than there is", wallet.Move{Type: wallet.Purchase, Direction: wallet.Debit, Amount: amount(1)}, 0, rule.Conflict},
		{"nothing said", wallet.Move{}, 1, 0},
		{"nothing", wallet.Move{Amount: amount(0)}, 1, rule.Invalid},
		{"less than nothing", wallet.Move{Direction: wallet.Debit, Amount: amount(-5)}, 1, rule.Invalid},
		{"too much", wallet.Move{Amount: amount(1_000_001)}, 1, rule.Invalid},
		{"a reward of one's own", wallet.Move{Type: wallet.GameReward}, 1, rule.Invalid},
		{"sideways", wallet.Move{Direction: "sideways"}, 1, rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Move("a", c.move)
			if got := w.Balance("a").Coins; kind(err) != c.kind || got != c.want {
				t.Errorf("%d coins and %v, want %d and kind %d", got, err, c.want, c.kind)
			}
		})
	}
	if got := w.Balance("b").Coins; got != 0 {
		t.Errorf("somebody else has %d coins", got)
	}
}

func TestCredits(t *testing.T) {
	w := wallet.New()
	check := func(what string, got wallet.Transaction, err error, status string, credits int64, want rule.Kind) {
		t.Helper()
		if kind(err) != want || got.Status != status || w.Balance("a").Credits != credits {
			t.Errorf("%s: %+v, %v, %d credits; want %q, kind %d, %d credits", what, got, err, w.Balance("a").Credits, status, want, credits)
		}
	}
	card, err := w.Buy("a", 100, wallet.Card)
	check("a card", card, err, wallet.Success, 100, 0)
	invoice, err := w.Buy("a", 50, wallet.Invoice)
	check("an invoice", invoice, err, wallet.Pending, 100, 0)
	got, err := w.Buy("a", 50, wallet.DeclinedCard)
	check("a declined card", got, err, wallet.Failed, 100, rule.Payment)
	got, err = w.Buy("a", 0, wallet.Card)
	check("nothing", got, err, "", 100, rule.Invalid)
	got, err = w.Buy("a", 1, "")
	check("no payment", got, err, "", 100, rule.Invalid)
	got, err = w.Buy("a", 1, "shells")
	check("another payment", got, err, "", 100, rule.Invalid)

	got, err = w.Refund("b", card.ID)
	check("somebody else's", got, err, "", 100, rule.NotFound)
	got, err = w.Refund("a", card.ID)
	check("a refund", got, err, wallet.Success, 0, 0)
	got, err = w.Refund("a", card.ID)
	check("another refund", got, err, wallet.Failed, 0, rule.Conflict)
	got, err = w.Refund("a", invoice.ID)
	check("a refund of what is not paid", got, err, wallet.Pending, 0, 0)
}
