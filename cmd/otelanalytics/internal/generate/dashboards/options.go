// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
)

// options are what the command's flags say.
type options struct {
	naming    promql.Naming
	titles    map[string]string // by group
	uidPrefix string
	refresh   string // empty: never
	span      string // the time range, as Grafana writes durations
	source    string // the names of the maps
	out       string
	ingest    bool // the service takes events over HTTP
	delivery  bool // a log stands between services and MongoDB, or journals have several sinks

	folder         string
	dashboardsPath string // where Grafana finds the dashboards

	datasource     string // its name
	datasourceURL  string // empty: the file is not written
	scrapeInterval string
	traceSource    string // uid of the data source that has the traces
	traceURL       string
}

var (
	duration  = regexp.MustCompile(`^[1-9][0-9]*(s|m|h|d|w|M|y)$`) // of Grafana
	uidPrefix = regexp.MustCompile(`^[A-Za-z0-9_-]{1,15}$`)        // with a dash and 24 characters, a uid has at most 40
	namespace = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// check refuses values that cannot be meant.
func (o *options) check(titles []string) error {
	if o.refresh == "off" {
		o.refresh = ""
	} else if !duration.MatchString(o.refresh) {
		return cli.Usagef("--refresh %q is not a time such as 30s or 5m, nor off", o.refresh)
	}
	if !duration.MatchString(o.span) {
		return cli.Usagef("--range %q is not a time such as 1h or 7d", o.span)
	}
	if !duration.MatchString(o.scrapeInterval) {
		return cli.Usagef("--scrape-interval %q is not a time such as 15s", o.scrapeInterval)
	}
	if !uidPrefix.MatchString(o.uidPrefix) {
		return cli.Usagef("--uid-prefix %q: use at most 15 letters, digits, - and _", o.uidPrefix)
	}
	if o.naming.Namespace != "" && !namespace.MatchString(o.naming.Namespace) {
		return cli.Usagef("--namespace %q: use letters, digits and _, as Prometheus has it", o.naming.Namespace)
	}
	o.titles = make(map[string]string)
	for _, t := range titles {
		group, title, ok := strings.Cut(t, "=")
		if !ok || strings.TrimSpace(title) == "" {
			return cli.Usagef("--title %q is not GROUP=TITLE", t)
		}
		o.titles[group] = title
	}
	if err := checkURL("--datasource-url", o.datasourceURL); err != nil {
		return err
	}
	return checkURL("--trace-url", strings.ReplaceAll(o.traceURL, traceID, "x"))
}

// checkURL refuses what is no URL, and one with a password: the file is meant to be committed. It shows neither.
func checkURL(flag, text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil {
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err
		}
		return cli.Usagef("%s is not a URL: %v", flag, err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return cli.Usagef("%s must begin with http:// or https:// and a host", flag)
	}
	if u.User != nil {
		return cli.Usagef("%s holds a user or a password, which a file with dashboards is no place for: set them in Grafana", flag)
	}
	return nil
}
