// SPDX-License-Identifier: Apache-2.0

package players

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Truth is what players counted.
type Truth struct {
	Requests int64            // that were answered
	Events   map[string]int64 // that must be stored, by type
	// Series are what must be on /metrics: NAME{label="value",…} with the labels in order, for a histogram
	// NAME_count and NAME_sum. The gauge is a sum like the others: who sat down less who left.
	Series map[string]float64
}

func newTruth() Truth {
	return Truth{Events: map[string]int64{}, Series: map[string]float64{}}
}

func (t *Truth) merge(other Truth) {
	t.Requests += other.Requests
	for eventType, n := range other.Events {
		t.Events[eventType] += n
	}
	for series, n := range other.Series {
		t.Series[series] += n
	}
}

// answered counts a request.
func (t *Truth) answered(method, path string, status, size int) {
	t.Requests++
	endpoint := route(method, path)
	if status == http.StatusUnauthorized && !slices.Contains(logins, path) {
		size = 0 // the service refuses it by its header, and reads no body
	}
	t.add(1, "app_requests_total", "endpoint", endpoint, "method", method, "status", strconv.Itoa(status))
	t.add(1, "app_request_duration_seconds_count", "endpoint", endpoint, "method", method)
	t.add(1, "app_request_size_bytes_count", "endpoint", endpoint, "method", method)
	t.add(float64(size), "app_request_size_bytes_sum", "endpoint", endpoint, "method", method)
}

// route is the pattern that the service knows a request by.
func route(method, path string) string {
	if parts := strings.Split(path, "/"); len(parts) > 3 && parts[2] == "games" {
		parts[3] = "{id}"
		path = strings.Join(parts, "/")
	}
	if !slices.Contains(routes, method+" "+path) {
		return "unmatched"
	}
	return path
}

// logins are the paths whose body says who asks.
var logins = []string{"/v1/users", "/v1/guests", "/v1/sessions", "/v1/sessions/google"}

// routes are those of the service that players know.
var routes = strings.Split(`POST /v1/users
POST /v1/guests
POST /v1/sessions
POST /v1/sessions/google
POST /v1/screens
POST /v1/features
POST /v1/errors
DELETE /v1/sessions/current
POST /v1/users/me/convert
POST /v1/games
GET /v1/games
GET /v1/games/{id}
POST /v1/games/{id}/join
POST /v1/games/{id}/start
POST /v1/games/{id}/play
POST /v1/games/{id}/special
POST /v1/games/{id}/dutch
POST /v1/games/{id}/leave
POST /v1/games/{id}/abandon
GET /v1/wallet
POST /v1/coins
POST /v1/credits/purchases
POST /v1/credits/refunds`, "\n")

func (t *Truth) event(eventType string) { t.Events[eventType]++ }

// add adds n to a series. Labels are names and values in turn, in the order of
// the names.
func (t *Truth) add(n float64, name string, labels ...string) {
	var pairs []string
	for i := 0; i < len(labels); i += 2 {
		pairs = append(pairs, fmt.Sprintf("%s=%q", labels[i], labels[i+1]))
	}
	if len(pairs) > 0 {
		name += "{" + strings.Join(pairs, ",") + "}"
	}
	t.Series[name] += n
}

// or is what /metrics says for a value that was left out.
func or(value, missing string) string {
	if value == "" {
		return missing
	}
	return value
}

func (t *Truth) registered(registrationType, accountType string) {
	t.event("user_registered")
	t.add(1, "user_registrations_total", "account_type", or(accountType, "normal"), "registration_type", or(registrationType, "unknown"))
}

func (t *Truth) loggedIn(event, method, accountType string) {
	t.event(event)
	t.add(1, "user_logins_total", "account_type", or(accountType, "normal"), "auth_method", or(method, "unknown"))
}

func (t *Truth) converted(method string) {
	t.event("guest_account_converted")
	t.add(1, "guest_account_conversions_total", "conversion_method", or(method, "unknown"))
}

func (t *Truth) gameCreated(mode string) {
	t.event("game_created")
	t.add(1, "dutch_games_created_total", "game_mode", or(mode, "unknown"))
	t.seated(mode, 1)
}

func (t *Truth) seated(mode string, n int) {
	t.add(float64(n), "dutch_table_occupancy", "game_mode", or(mode, "unknown"))
}

func (t *Truth) gameStarted(mode string) {
	t.event("game_started")
	t.add(1, "dutch_games_in_progress", "game_mode", or(mode, "unknown"))
}

func (t *Truth) specialCardUsed(cardType string) {
	t.event("special_card_used")
	t.add(1, "dutch_special_card_used_total", "card_type", or(cardType, "unknown"))
}

func (t *Truth) dutchCalled(mode string) {
	t.event("dutch_called")
	t.add(1, "dutch_calls_total", "game_mode", or(mode, "unknown"))
}

// ended counts for whom an answer says that a game has ended, and their seats.
func (t *Truth) ended(g gameAnswer) {
	mode := or(g.Mode, "unknown")
	for _, c := range g.Completed {
		t.event("game_completed")
		t.add(1, "dutch_games_completed_total", "game_mode", mode, "result", or(c.Result, "unknown"))
		if c.Duration != nil {
			t.add(1, "dutch_game_duration_seconds_count", "game_mode", mode)
			t.add(*c.Duration, "dutch_game_duration_seconds_sum", "game_mode", mode)
		}
		if c.Reward != 0 {
			t.coins("game_reward", "credit", float64(c.Reward))
		}
	}
	t.seated(g.Mode, -len(g.Completed))
	if g.Over && g.Started {
		t.event("game_finished")
		t.add(-1, "dutch_games_in_progress", "game_mode", mode)
	}
}

func (t *Truth) coins(transactionType, direction string, amount float64) {
	t.event("coin_transaction")
	t.add(amount, "dutch_coin_transactions_total", "direction", or(direction, "unknown"), "transaction_type", or(transactionType, "unknown"))
}

func (t *Truth) credits(kind, status string, balance int64) {
	t.add(1, "credit_system_transactions_total", "status", status, "type", kind)
	if status == "success" {
		t.add(1, "credit_system_balance_count")
		t.add(float64(balance), "credit_system_balance_sum")
	}
}
