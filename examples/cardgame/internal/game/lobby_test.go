// SPDX-License-Identifier: Apache-2.0

package game_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/game"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// seat opens a table and seats players there, the first as its host.
func seat(t *testing.T, l *game.Lobby, mode game.Mode, players ...string) string {
	t.Helper()
	id := l.Create(players[0], mode).ID
	for _, p := range players[1:] {
		must(t)(l.Join(id, p))
	}
	return id
}

func must(t *testing.T) func(game.Outcome, error) game.Outcome {
	t.Helper()
	return func(o game.Outcome, err error) game.Outcome {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
}

// Games of every size, played to the end: each ends, and once for each player.
func TestGamesEnd(t *testing.T) {
	for _, c := range []struct {
		mode    game.Mode
		players []string
		call    int // after so many turns; never when it is 0, and the deck is used up
	}{
		{game.Practice, []string{"a"}, 3},
		{game.Practice, []string{"a"}, 0},
		{game.Multiplayer, []string{"a", "b"}, 1},
		{game.Multiplayer, []string{"a", "b", "c", "d"}, 9},
		{game.Tournament, []string{"a", "b", "c"}, 0},
		{"", []string{"a", "b"}, 4},
	} {
		t.Run(fmt.Sprintf("%s of %d, call after %d", c.mode, len(c.players), c.call), func(t *testing.T) {
			l := game.NewLobby()
			id := seat(t, l, c.mode, c.players...)
			if n := l.Seated(c.mode); n != len(c.players) {
				t.Errorf("%d players are seated, want %d", n, len(c.players))
			}
			o := must(t)(l.Start(id, "a"))
			turns := 0
			for ; !o.Over; turns++ {
				if turns > 54 {
					t.Fatal("the game does not end")
				}
				if turns == c.call && c.call > 0 {
					o = must(t)(l.Call(id, o.Turn))
					continue
				}
				turn, err := l.Play(id, o.Turn, turns%5-1)
				if err != nil {
					t.Fatal(err)
				}
				o = turn.Outcome
			}
			if want := c.call + len(c.players); c.call > 0 && turns != want {
				t.Errorf("%d turns, want %d: the call, and one for each of the others", turns, want)
			}
			seen := map[string]bool{}
			for _, completion := range o.Completed {
				seen[completion.Player] = true
				if completion.Result == "" || completion.Duration <= 0 {
					t.Errorf("%+v has no result or no duration", completion)
				}
			}
			if len(seen) != len(c.players) || len(o.Completed) != len(c.players) || !o.Started {
				t.Errorf("completed for %+v", o.Completed)
			}
			if n := l.Seated(c.mode); n != 0 {
				t.Errorf("%d players are still seated", n)
			}
			if _, err := l.Look(id); kind(err) != rule.NotFound {
				t.Errorf("the table is still there: %v", err)
			}
		})
	}
}

func TestLeaving(t *testing.T) {
	l := game.NewLobby()
	results := func(o game.Outcome) string {
		text := ""
		for _, c := range o.Completed {
			text += c.Player + ":" + c.Result + " "
		}
		return fmt.Sprint(text, "over:", o.Over, " started:", o.Started)
	}
	check := func(what string, o game.Outcome, want string) {
		t.Helper()
		if got := results(o); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	id := seat(t, l, game.Multiplayer, "a", "b")
	check("before the start", must(t)(l.Leave(id, "b")), "over:false started:false")
	check("the last before the start", must(t)(l.Leave(id, "a")), "over:true started:false")

	id = seat(t, l, game.Multiplayer, "a", "b", "c")
	must(t)(l.Start(id, "a"))
	check("one of three", must(t)(l.Leave(id, "a")), "a:loss over:false started:true")
	if v, _ := l.Look(id); v.Turn != "b" || len(v.Players) != 2 {
		t.Errorf("after the player whose turn it was has left: %+v", v)
	}
	check("one of two", must(t)(l.Leave(id, "c")), "c:loss b:win over:true started:true")

	id = seat(t, l, game.Practice, "a")
	must(t)(l.Start(id, "a"))
	check("against the house", must(t)(l.Leave(id, "a")), "a:loss over:true started:true")

	// The last who had one more turn leaves instead of playing it.
	id = seat(t, l, game.Multiplayer, "a", "b", "c")
	must(t)(l.Start(id, "a"))
	must(t)(l.Call(id, "a"))
	if _, err := l.Play(id, "b", 0); err != nil {
		t.Fatal(err)
	}
	if o := must(t)(l.Leave(id, "c")); !o.Over || len(o.Completed) != 3 {
		t.Errorf("the last turn was given up: %+v", o)
	}

	id = seat(t, l, game.Tournament, "a", "b", "c")
	check("abandoned before the start", must(t)(l.Abandon(id, "a")), "a: b: c: over:true started:false")
	id = seat(t, l, game.Tournament, "a", "b", "c")
	must(t)(l.Start(id, "a"))
	check("abandoned in the middle", must(t)(l.Abandon(id, "a")), "a: b: c: over:true started:true")
	if n := l.Seated(game.Multiplayer) + l.Seated(game.Tournament) + l.Seated(game.Practice); n != 0 {
		t.Errorf("%d players are still seated", n)
	}
}

func TestRefusals(t *testing.T) {
	l := game.NewLobby()
	open := seat(t, l, game.Multiplayer, "a")
	full := seat(t, l, game.Multiplayer, "a", "b", "c", "d")
	running := seat(t, l, game.Tournament, "a", "b", "c")
	must(t)(l.Start(running, "a"))
	only := func(_ any, err error) error { return err }
	for _, c := range []struct {
		name string
		err  error
		want rule.Kind
	}{
		{"no such game", only(l.Join("g-NONE", "x")), rule.NotFound},
		{"full", only(l.Join(full, "x")), rule.Conflict},
		{"joined twice", only(l.Join(open, "a")), rule.Conflict},
		{"running", only(l.Join(running, "x")), rule.Conflict},
		{"too few", only(l.Start(open, "a")), rule.Conflict},
		{"started twice", only(l.Start(running, "a")), rule.Conflict},
		{"not the host", only(l.Start(full, "b")), rule.Forbidden},
		{"not the host either", only(l.Abandon(running, "b")), rule.Forbidden},
		{"not seated", only(l.Play(running, "x", 0)), rule.Forbidden},
		{"not begun", only(l.Play(full, "a", 0)), rule.Conflict},
		{"not their turn", only(l.Play(running, "b", 0)), rule.Conflict},
		{"not their turn to call", only(l.Call(running, "b")), rule.Conflict},
		{"no such card", only(l.Play(running, "a", 4)), rule.Invalid},
		{"no such card below", only(l.Play(running, "a", -2)), rule.Invalid},
		{"nothing to use", only(l.Use(running, "a", "", 0)), rule.Conflict},
		{"no such power", only(l.Use(running, "a", "ace", 0)), rule.Invalid},
		{"the house is nobody", only(l.Leave(running, "")), rule.Forbidden},
		{"no such mode", only(game.ParseMode("blitz")), rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if kind(c.err) != c.want {
				t.Errorf("%v, want kind %d", c.err, c.want)
			}
		})
	}
}

// Special cards can be used once, by who discarded them, before the next card
// is discarded.
func TestSpecialCards(t *testing.T) {
	used := map[string]bool{}
	for len(used) < 4 {
		l := game.NewLobby()
		id := seat(t, l, game.Multiplayer, "a", "b")
		o := must(t)(l.Start(id, "a"))
		for !o.Over {
			who := o.Turn
			turn, err := l.Play(id, who, -1)
			if err != nil {
				t.Fatal(err)
			}
			o = turn.Outcome
			if turn.Power == "" {
				continue
			}
			other := map[string]string{"a": "b", "b": "a"}[who]
			if _, err := l.Use(id, other, turn.Power, 0); kind(err) != rule.Conflict {
				t.Fatalf("another player's card can be used: %v", err)
			}
			use, err := l.Use(id, who, turn.Power, 0)
			if err != nil {
				t.Fatal(err)
			}
			if looks := turn.Power == game.Queen || turn.Power == game.RedKing; looks != (use.Seen != nil) {
				t.Errorf("a %s sees %v", turn.Power, use.Seen)
			}
			if _, err := l.Use(id, who, turn.Power, 0); kind(err) != rule.Conflict {
				t.Fatalf("a card can be used twice: %v", err)
			}
			used[turn.Power] = true
		}
	}
}

func kind(err error) rule.Kind {
	var broken *rule.Error
	if !errors.As(err, &broken) {
		return 0
	}
	return broken.Kind
}
