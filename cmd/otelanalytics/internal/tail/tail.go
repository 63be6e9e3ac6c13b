// SPDX-License-Identifier: Apache-2.0

// Package tail holds the command that prints events of a running service as they come.
package tail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/pageclient"
)

// settings are the flags beside those of the page.
type settings struct {
	eventType, user, session, module string
	documents                        bool
	count                            int
}

// New returns the command tail.
func New() *cobra.Command {
	var page *pageclient.Flags
	var s settings
	cmd := &cobra.Command{
		Use:   "tail --url URL",
		Short: "Print the events of a running service as they arrive",
		Long: `Print the events of a running service as they arrive: a line each, with the series that it changed. The service
serves a live page (docs/live-page.md), and decides what you may see.

A service on this machine prints the page's URL, with a token that is good once: give it as --url. A service
elsewhere knows you by the headers of --header-file, or by the user and the password of the URL.

A stream has at most 200 events a second; the standard error shows how many were left out. When the service is
restarted, the command waits for it. Ctrl-C ends the command.`,
		Example: `  otelanalytics tail --url 'http://127.0.0.1:5001/debug/analytics/?token=…' --type login
  otelanalytics tail --url https://shop.example.com/debug/analytics/ --header-file auth.txt --documents
  otelanalytics tail --url https://shop.example.com/debug/analytics/ --header-file auth.txt --count 10 -o json | jq .document`,
		Args:              cli.Args(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.count < 0 {
				return cli.Usagef("--count is %d; it must not be below 0", s.count)
			}
			c, err := page.Open(cmd.Context(), cmd.InOrStdin())
			if err != nil {
				return err
			}
			return s.follow(cmd, c)
		},
	}
	page = pageclient.AddFlags(cmd)
	set := cmd.Flags()
	set.StringVar(&s.eventType, "type", "", "only types that have this `text` in their name")
	set.StringVar(&s.user, "user", "", "only events of this user `id`")
	set.StringVar(&s.session, "session", "", "only events of this session `id`")
	set.StringVar(&s.module, "module", "", "only events of this `module`")
	set.BoolVar(&s.documents, "documents", false, "print the document below each event")
	set.IntVar(&s.count, "count", 0, "end after this number of events; 0: at Ctrl-C")
	for _, name := range []string{"type", "user", "session", "module", "count"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // the flags exist
	}
	return cmd
}

// event is an event of the stream, as far as text shows it.
type event struct {
	Type, Result, User, Module, Document, Error string
	Time                                        time.Time
	Moves                                       []struct {
		Metric, How string
		Labels      []string
		By          float64
	}
	Violations []struct{ Path, Rule string }
}

// takeError is why an event that came cannot be printed. Another stream would not change it.
type takeError struct{ error }

func (e takeError) Unwrap() error { return e.error }

// errDone ends a stream from which enough was read.
var errDone = errors.New("enough")

// pause is how long there is between two attempts.
const pause = time.Second

// follow prints what comes, over as many streams as that takes.
func (s *settings) follow(cmd *cobra.Command, c *pageclient.Client) error {
	ctx := cmd.Context()
	filter := strings.Join([]string{s.eventType, s.user, s.session, s.module}, "\n")
	printed, told := 0, false
	for {
		stream, err := c.Get(ctx, "live/api/stream?f="+url.QueryEscape(filter))
		if err == nil {
			told = false
			err = pageclient.Messages(stream, func(m pageclient.Message) error {
				if err := s.take(cmd, m, &printed); err != nil {
					return takeError{err}
				}
				return nil
			})
			_ = stream.Close()
		}
		if errors.Is(err, errDone) || ctx.Err() != nil {
			return nil
		}
		var taking takeError
		if errors.As(err, &taking) {
			return taking.error
		}
		var refused *pageclient.StatusError
		if errors.As(err, &refused) && refused.Code < 500 { // waiting changes nothing
			return err
		}
		if !told {
			told = true
			cmd.PrintErrln("the stream has ended; waiting for the service")
		}
		if !wait(ctx) {
			return nil
		}
	}
}

func wait(ctx context.Context) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// take prints the events of a message.
func (s *settings) take(cmd *cobra.Command, m pageclient.Message, printed *int) error {
	if m.Name != "events" {
		return nil
	}
	var news struct {
		Events          []json.RawMessage
		Skipped, Missed int64
	}
	if err := json.Unmarshal(m.Data, &news); err != nil {
		return fmt.Errorf("the service sends something else: %w", err)
	}
	for _, raw := range news.Events {
		if err := s.print(cmd, raw); err != nil {
			return err
		}
		if *printed++; *printed == s.count {
			return errDone
		}
	}
	if n := news.Skipped + news.Missed; n > 0 && len(news.Events) > 0 {
		cmd.PrintErrf("%s left out so far: they come fast\n", cli.Counted(n, "event"))
	}
	return nil
}

func (s *settings) print(cmd *cobra.Command, raw json.RawMessage) error {
	if cli.JSON(cmd) {
		return cli.PrintLine(cmd, raw)
	}
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return fmt.Errorf("the service sends something else: %w", err)
	}
	return cli.PrintText(cmd, func(t *cli.Text) {
		t.Printf("%s  %s", e.Time.Local().Format("15:04:05.000"), cli.Safe(e.Type))
		if e.Result != "accepted" && e.Result != "recorded" {
			t.Printf("  %s", t.Red(e.Result))
		}
		for _, text := range []string{e.User, e.Module, e.Error} {
			if text != "" {
				t.Printf("  %s", cli.Safe(text))
			}
		}
		for _, m := range e.Moves {
			if m.How == "hidden" { // the viewer may not see fields, which attributes and values come from
				t.Printf("  %s •••", cli.Safe(m.Metric))
				continue
			}
			t.Printf("  %s%s %v", cli.Safe(m.Metric), labels(m.Labels), m.By)
		}
		for _, v := range e.Violations {
			t.Printf("  %s", t.Yellow(fmt.Sprintf("violates %s of %s", cli.Safe(v.Rule), cli.Safe(v.Path))))
		}
		t.Printf("\n")
		if s.documents && e.Document != "" {
			for line := range strings.Lines(e.Document) {
				t.Printf("    %s\n", cli.Safe(strings.TrimSuffix(line, "\n")))
			}
		}
	})
}

func labels(flat []string) string {
	var all []string
	for i := 0; i+1 < len(flat); i += 2 {
		all = append(all, fmt.Sprintf("%s=%q", cli.Safe(flat[i]), flat[i+1]))
	}
	if len(all) == 0 {
		return ""
	}
	return "{" + strings.Join(all, ",") + "}"
}
