// SPDX-License-Identifier: Apache-2.0

// Command play has players play against a card game that runs, and prints what they counted as a line of JSON: what must
// be in MongoDB and on /metrics when nobody else plays there.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/players"
)

func main() {
	url := flag.String("url", "http://127.0.0.1:5001", "the address of the service")
	number := flag.Int("players", 20, "how many play")
	playFor := flag.Duration("for", 10*time.Second, "how long they play; each then finishes what it has begun")
	pause := flag.Duration("pause", 0, "how long each thinks before every action")
	seed := flag.Uint64("seed", 0, "what the players do; random when 0")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	truth, err := players.Play(ctx, *url, players.Options{Players: *number, For: *playFor, Pause: *pause, Seed: *seed}.WithSeed())
	if printing := json.NewEncoder(os.Stdout).Encode(truth); err == nil {
		err = printing
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "play:", err)
		os.Exit(1)
	}
}
