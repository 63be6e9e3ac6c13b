// SPDX-License-Identifier: Apache-2.0

package wallet

import "sync"

// Wallets has the wallets of all players. It is safe for concurrent use.
type Wallets struct {
	mu      sync.Mutex
	wallets map[string]*wallet
}

type wallet struct {
	coins, credits int64
	purchases      map[string]*purchase
}

// Balance is what a player owns.
type Balance struct {
	Coins   int64 `json:"coins"`
	Credits int64 `json:"credits"`
}

// New returns no wallets yet: each player's begins empty.
func New() *Wallets { return &Wallets{wallets: map[string]*wallet{}} }

// Balance returns what a player owns.
func (w *Wallets) Balance(player string) Balance {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of(player).balance()
}

func (w *Wallets) of(player string) *wallet {
	p, ok := w.wallets[player]
	if !ok {
		p = &wallet{purchases: map[string]*purchase{}}
		w.wallets[player] = p
	}
	return p
}

func (p *wallet) balance() Balance { return Balance{Coins: p.coins, Credits: p.credits} }
