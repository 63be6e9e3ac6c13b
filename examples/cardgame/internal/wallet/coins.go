// SPDX-License-Identifier: Apache-2.0

package wallet

import "github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"

// The types and directions of coin transactions. GameReward is the service's
// own to give.
const (
	GameReward = "game_reward"
	Purchase   = "purchase"
	Refund     = "refund"
	Bonus      = "bonus"

	Credit = "credit"
	Debit  = "debit"
)

// maxCoins bounds one transaction, and with many of them no balance overflows.
const maxCoins = 1_000_000

// Move is coins coming or going. What old apps leave out is empty: the
// direction is then a credit, and the amount 1.
type Move struct {
	Type, Direction string
	Amount          *int64
}

// Reward gives a player coins for a game.
func (w *Wallets) Reward(player string, amount int64) Balance {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.of(player)
	p.coins += amount
	return p.balance()
}

// Move moves coins in or out of a player's wallet.
func (w *Wallets) Move(player string, m Move) (Balance, error) {
	amount := int64(1)
	if m.Amount != nil {
		amount = *m.Amount
	}
	if amount < 1 || amount > maxCoins {
		return Balance{}, rule.Break(rule.Invalid, "amount is not between 1 and %d", maxCoins)
	}
	if err := rule.OneOf("transaction_type", m.Type, Purchase, Refund, Bonus); err != nil {
		return Balance{}, err
	}
	if err := rule.OneOf("direction", m.Direction, Credit, Debit); err != nil {
		return Balance{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.of(player)
	if m.Direction == Debit {
		amount = -amount
	}
	if p.coins+amount < 0 {
		return Balance{}, rule.Break(rule.Conflict, "there are not enough coins: %d", p.coins)
	}
	p.coins += amount
	return p.balance(), nil
}
