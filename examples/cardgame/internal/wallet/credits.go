// SPDX-License-Identifier: Apache-2.0

package wallet

import (
	"crypto/rand"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// The statuses of credit transactions.
const (
	Success = "success"
	Failed  = "failed"
	Pending = "pending" // it waits for the payment
)

// The ways to pay. DeclinedCard stands in for a bank that says no.
const (
	Card         = "card"
	DeclinedCard = "declined_card"
	Invoice      = "invoice"
)

// maxCredits bounds one purchase.
const maxCredits = 10_000

// Transaction is what became of a purchase or a refund.
type Transaction struct {
	ID     string // of the purchase
	Status string
	Balance
}

type purchase struct {
	credits  int64
	status   string
	refunded bool
}

// Buy sells credits. A card is charged at once; for an invoice the credits come
// when it is paid. A transaction whose status is Failed comes with an error.
func (w *Wallets) Buy(player string, credits int64, payment string) (Transaction, error) {
	if credits < 1 || credits > maxCredits {
		return Transaction{}, rule.Break(rule.Invalid, "credits is not between 1 and %d", maxCredits)
	}
	if payment == "" {
		return Transaction{}, rule.Break(rule.Invalid, "payment is missing: %s or %s", Card, Invoice)
	}
	if err := rule.OneOf("payment", payment, Card, DeclinedCard, Invoice); err != nil {
		return Transaction{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.of(player)
	if payment == DeclinedCard {
		return Transaction{Status: Failed, Balance: p.balance()}, rule.Break(rule.Payment, "the bank has declined the card")
	}
	bought := &purchase{credits: credits, status: Success}
	if payment == Invoice {
		bought.status = Pending
	} else {
		p.credits += credits
	}
	id := "p-" + rand.Text()
	p.purchases[id] = bought
	return Transaction{ID: id, Status: bought.status, Balance: p.balance()}, nil
}

// Refund takes a purchase back, once. One that is not paid yet is refunded when
// it is. A transaction whose status is Failed comes with an error.
func (w *Wallets) Refund(player, id string) (Transaction, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.of(player)
	bought, ok := p.purchases[id]
	if !ok {
		return Transaction{}, rule.Break(rule.NotFound, "there is no such purchase")
	}
	if bought.refunded {
		return Transaction{ID: id, Status: Failed, Balance: p.balance()}, rule.Break(rule.Conflict, "the purchase has been refunded already")
	}
	bought.refunded = true
	if bought.status == Success {
		p.credits -= bought.credits
	}
	return Transaction{ID: id, Status: bought.status, Balance: p.balance()}, nil
}
