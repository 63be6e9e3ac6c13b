// SPDX-License-Identifier: Apache-2.0

package user

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/mongostore"
)

// linksHelp states in both commands what becomes of other ids of the same person.
const linksHelp = `Events of Segment's and PostHog's clients (identify, alias) link two ids of one person. The command lists the ids
that events link to the user, and the origin of each link. With --with-aliases it includes the linked ids that are
followed: the events with such a user_id, and the events without a user that have such an anonymous_id. A link is
not followed in two cases:

- Only events with a public key have it. Anybody can send such an event.
- Events also link the id to other users. It may be a device that several people use.`

func addWithAliases(cmd *cobra.Command, to *bool) {
	cmd.Flags().BoolVar(to, "with-aliases", false, "include the ids that events link to the user")
}

// link is a linked id as it is printed.
type link struct {
	ID        string `json:"id"`
	To        string `json:"to"`
	Type      string `json:"event_type,omitempty"` // of the latest event that says so
	Module    string `json:"module,omitempty"`
	Service   string `json:"service,omitempty"`
	Timestamp string `json:"timestamp,omitempty"` // RFC 3339
	Followed  bool   `json:"followed"`
	Shared    bool   `json:"shared,omitempty"`
	Untrusted bool   `json:"untrusted,omitempty"`
}

// linkedIDs is what a result says of them.
type linkedIDs struct {
	Linked  []link `json:"linked,omitempty"`
	Taken   bool   `json:"with_aliases,omitempty"` // those that are followed were taken along
	TooMany bool   `json:"linked_too_many,omitempty"`

	found []mongostore.LinkedID
}

// linker is a store, or a reader.
type linker interface {
	LinkedIDs(ctx context.Context, userID string) ([]mongostore.LinkedID, error)
}

// find looks for linked ids. More than a person has are an error only where they would be taken along.
func (l *linkedIDs) find(ctx context.Context, in linker, userID string, take bool) error {
	found, err := in.LinkedIDs(ctx, userID)
	if errors.Is(err, mongostore.ErrLinks) && !take {
		l.TooMany = true
		return nil
	}
	if err != nil {
		return err
	}
	*l = linkedIDs{Taken: take, found: found}
	for _, f := range found {
		one := link{
			ID: f.ID, To: f.To, Type: f.Type, Module: f.Module, Service: f.Service.Name,
			Followed: f.Followed(), Shared: f.Shared, Untrusted: f.Untrusted,
		}
		if !f.Time.IsZero() {
			one.Timestamp = f.Time.UTC().Format(time.RFC3339)
		}
		l.Linked = append(l.Linked, one)
	}
	return nil
}

// option takes the ids along in a call; nil: it does not.
func (l *linkedIDs) option() mongostore.PersonOption {
	if !l.Taken {
		return nil
	}
	return mongostore.WithLinked(l.found...)
}

// followed are the ids that can be taken along.
func (l *linkedIDs) followed() (all []string) {
	for _, f := range l.found {
		if f.Followed() {
			all = append(all, f.ID)
		}
	}
	return all
}

// String is a line about the link.
func (l link) String() string {
	from := cmp.Or(l.Type, "an event")
	for _, part := range []struct{ word, of string }{{"module", l.Module}, {"service", l.Service}} {
		if part.of != "" {
			from += ", " + part.word + " " + part.of
		}
	}
	if l.Timestamp != "" {
		from += ", " + l.Timestamp
	}
	text := fmt.Sprintf("%s  linked to %s (%s)", l.ID, l.To, from)
	switch {
	case l.Shared:
		text += ": not followed, events link it to others, too"
	case l.Untrusted:
		text += ": not followed, anybody may have sent that"
	}
	return text
}

func (l *linkedIDs) write(t *cli.Text) {
	if l.TooMany {
		t.Printf("%s events link more than %d ids to the user, which no person has\n", t.Yellow("linked ids:"), mongostore.MaxLinkedIDs)
	}
	if len(l.Linked) == 0 {
		return
	}
	what := "not included; --with-aliases includes the followed ids"
	if l.Taken {
		what = "the followed ids are included"
	}
	t.Printf("linked ids: %s\n", what)
	for _, one := range l.Linked {
		t.Printf("  %s\n", cli.Safe(one.String()))
	}
}

// question names the ids that are deleted, too, for a person who is asked.
func (l *linkedIDs) question() string {
	const most = 20
	ids := l.followed()
	if len(ids) == 0 {
		return ""
	}
	more := ""
	if len(ids) > most {
		ids, more = ids[:most], fmt.Sprintf(" and %d more", len(ids)-most)
	}
	return fmt.Sprintf("The events of these linked ids are deleted, too: %s%s.\n", cli.Safe(strings.Join(ids, ", ")), more)
}
