// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// options are what the flags say.
type options struct {
	selector     string
	namespace    string
	quiet        time.Duration // without events, after which a type that comes regularly has stopped
	errorRatio   float64       // of requests, and of events of one type
	pendingAge   time.Duration // of the oldest pending event
	journalBytes sizeFlag      // the journal's bound
	runbooks     string        // URL of a page with a section for each alert
	prometheus   versionFlag   // that reads the rules; zero: the latest

	source   string    // base name of the map's file
	matchers []matcher // selector, read
}

var namespaceName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// The bounds of --quiet: shorter ones do not tell rare from stopped, longer ones leave a day with too few windows.
const (
	leastQuiet = 10 * time.Minute
	mostQuiet  = 6 * time.Hour
)

// check reads and checks what the flags say.
func (o *options) check() error {
	var err error
	if o.matchers, err = parseSelector(o.selector); err != nil {
		return cli.Usagef(`--selector %q: %w; right would be 'job="shop"'`, o.selector, err)
	}
	if o.namespace != "" && !namespaceName.MatchString(o.namespace) {
		return cli.Usagef("--namespace %q must be letters, digits and underscores, and not begin with a digit", o.namespace)
	}
	switch {
	case o.quiet < leastQuiet || o.quiet > mostQuiet || o.quiet%time.Minute != 0 || 24*time.Hour%o.quiet != 0:
		return cli.Usagef("--quiet %v must be a part of a day, %s to %s, such as 15m, 30m, 1h or 3h", o.quiet, promDuration(leastQuiet), promDuration(mostQuiet))
	case !(o.errorRatio > 0 && o.errorRatio < 1): // NaN, too
		return cli.Usagef("--error-ratio %v must be above 0 and below 1, such as 0.05", o.errorRatio)
	case o.pendingAge < time.Minute || o.pendingAge%time.Second != 0:
		return cli.Usagef("--pending-age %v must be whole seconds, 1m at least", o.pendingAge)
	}
	if u, err := url.Parse(o.runbooks); err != nil || u.Host == "" || u.Fragment != "" {
		return cli.Usagef("--runbooks %q is not the URL of a page, without #", o.runbooks)
	}
	return nil
}

// sizeFlag is a number of bytes, written as in the SDK's configuration.
type sizeFlag int64

// defaultJournalBytes is the SDK's own default of journal.max_bytes.
const defaultJournalBytes = 1 << 30

// leastJournalBytes is the least that the SDK takes for journal.max_bytes.
const leastJournalBytes = 4 << 20

var units = []string{"KiB", "MiB", "GiB", "TiB"}

func (s *sizeFlag) Type() string { return "size" }

func (s *sizeFlag) String() string {
	n, unit := int64(*s), ""
	for i := 0; i < len(units) && n != 0 && n%1024 == 0; i++ {
		n, unit = n/1024, units[i]
	}
	return strconv.FormatInt(n, 10) + unit
}

func (s *sizeFlag) Set(text string) error {
	digits, shift := text, 0
	for i, unit := range units {
		if rest, ok := strings.CutSuffix(text, unit); ok {
			digits, shift = rest, 10*(i+1)
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64>>shift {
		return cli.Usagef("want bytes, or a whole number of KiB, MiB, GiB or TiB, such as 1GiB")
	}
	if n <<= shift; n < leastJournalBytes {
		return cli.Usagef("a journal is at least 4MiB")
	}
	*s = sizeFlag(n)
	return nil
}

// promDuration writes a duration of whole seconds as Prometheus does: 1h30m.
func promDuration(d time.Duration) string {
	text := ""
	for _, unit := range []struct {
		d    time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if n := d / unit.d; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + unit.name
			d -= n * unit.d
		}
	}
	if text == "" {
		return "0s"
	}
	return text
}
