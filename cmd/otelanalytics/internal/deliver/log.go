// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// logKind is a kind of log that the command reads.
type logKind struct {
	schemes []string // of its URLs
	url     string   // such a URL, for people
	flags   []string // that no other kind has
	open    func(s *settings, from string) (source, error)
}

func (s *settings) logs(set *pflag.FlagSet) []logKind {
	return []logKind{s.nats.log(), kafkaLog(set.Changed("group"))}
}

// source returns what opens the log that the flags name.
func (s *settings) source(set *pflag.FlagSet) (func() (source, error), error) {
	from, err := s.url()
	if err != nil {
		return nil, err
	}
	scheme, _, _ := strings.Cut(from, "://")
	kinds := s.logs(set)
	is := slices.IndexFunc(kinds, func(k logKind) bool { return slices.Contains(k.schemes, scheme) })
	if is < 0 {
		var right []string
		for _, k := range kinds {
			right = append(right, k.url)
		}
		return nil, cli.Usagef("--from (not shown) is not the URL of a log; write %s", strings.Join(right, "; or "))
	}
	for i, k := range kinds {
		for _, flag := range k.flags {
			if i != is && set.Changed(flag) {
				return nil, cli.Usagef("--%s is for a log with a URL such as %s; --from (not shown) names another kind of log", flag, k.url)
			}
		}
	}
	return func() (source, error) { return kinds[is].open(s, from) }, nil
}

// url returns the URL of the log.
func (s *settings) url() (string, error) {
	switch {
	case s.from == "" && s.fromFile == "":
		return "", cli.Usagef("no log is named; give --from or --from-file")
	case s.from != "" && s.fromFile != "":
		return "", cli.Usagef("--from and --from-file both name a log; give one of them")
	case s.fromFile != "":
		text, err := os.ReadFile(s.fromFile)
		if err != nil {
			return "", fmt.Errorf("--from-file: %w", err)
		}
		return strings.TrimSpace(string(text)), nil
	}
	for server := range strings.SplitSeq(s.from, ",") {
		if _, rest, ok := strings.Cut(server, "://"); ok {
			server = rest
		}
		if authority, _, _ := strings.Cut(server, "/"); strings.Contains(authority, "@") {
			return "", cli.Usagef("--from (not shown) holds a user, and a command line is visible to others; put the URL into a file for --from-file")
		}
	}
	return s.from, nil
}
