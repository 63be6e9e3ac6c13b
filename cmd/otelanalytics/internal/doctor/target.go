// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/internal/ownmetrics"
)

// checkTarget finds the targets that scrape this page: those of its URL, and those whose series are of the same process.
func checkTarget(ctx context.Context, d *deployment) finding {
	page, _ := parseURL(d.metrics) // looked at with the flags
	same, f := d.sameProcess(ctx)
	if f != nil {
		return *f
	}
	for _, t := range d.targets {
		if t.leadsTo(page) || slices.ContainsFunc(same, t.has) {
			d.ours = append(d.ours, t)
		}
	}
	if len(d.ours) == 0 {
		var others []string
		for _, t := range d.targets {
			others = append(others, t.String()+": "+t.Health)
		}
		return failed("Prometheus scrapes %d targets, and this page is not one of them", len(others)).list(others).
			advise("add to scrape_configs of prometheus.yml, and reload it (kill -HUP):\n- job_name: %s\n  metrics_path: %s\n  scheme: %s\n  static_configs: [{targets: [%q]}]",
				d.job(), page.Path, page.Scheme, page.Host)
	}
	best := d.ours[0]
	for _, t := range d.ours {
		if t.Health == "up" {
			best = t
			break
		}
	}
	age := time.Since(best.LastScrape)
	interval, err := time.ParseDuration(best.Interval)
	switch {
	case best.Health == "unknown" || best.LastScrape.IsZero():
		return warning("%s: not scraped yet", best).advise("run this again after a scrape interval (%s)", best.Interval)
	case best.Health != "up":
		return failed("%s: down", best).list([]string{best.LastError}).advise("%s", d.down(best))
	case err == nil && age > 3*interval:
		return failed("%s: the last scrape was %s ago, with an interval of %s", best, cli.Age(age), best.Interval).
			advise("check the log and the load of Prometheus")
	}
	return ok("%s: up, scraped %s ago, every %s", best, cli.Age(age), best.Interval)
}

// job proposes a name.
func (d *deployment) job() string {
	if d.last != nil {
		if name := d.last.about("service_name"); name != "" && !strings.HasPrefix(name, "unknown_service") {
			return name
		}
	}
	return "service"
}

// down says what to do about a target that cannot be scraped.
func (d *deployment) down(t target) string {
	switch {
	case d.last == nil:
		return "see the check metrics: this machine cannot fetch the page either"
	case strings.Contains(t.LastError, "connection refused") || strings.Contains(t.LastError, "no such host"):
		return "this machine can fetch the page, and Prometheus cannot: let the service listen on an address that Prometheus can reach"
	case strings.Contains(t.LastError, "401") || strings.Contains(t.LastError, "403"):
		return "basic_auth in the scrape configuration"
	case strings.Contains(t.LastError, "x509") || strings.Contains(t.LastError, "tls"):
		return "tls_config (ca_file) in the scrape configuration, or scheme"
	default:
		return "the error is Prometheus' own; curl the target's URL from Prometheus' machine"
	}
}

// leadsTo reports whether the target's URL is the page's, whatever the loopback is called.
func (t target) leadsTo(page *url.URL) bool {
	u, err := url.Parse(t.URL)
	return err == nil && u.Scheme == page.Scheme && u.Path == page.Path && address(u) == address(page)
}

func address(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if host == "localhost" || host == "::1" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return host + ":" + port
}

// has reports whether a series is of the target.
func (t target) has(s sample) bool {
	return s.Labels["job"] == t.Labels["job"] && s.Labels["instance"] == t.Labels["instance"]
}

// sameProcess finds the series of the page's process: by its random instance id, or else by the moment when it started.
func (d *deployment) sameProcess(ctx context.Context) ([]sample, *finding) {
	if d.last == nil {
		return nil, nil
	}
	promql := ""
	if id := d.last.about("service_instance_id"); id != "" {
		promql = fmt.Sprintf("target_info{service_instance_id=%s}", strconv.Quote(id))
	} else if at := d.last.started(); at > 0 {
		promql = "process_start_time_seconds == " + strconv.FormatFloat(at, 'f', -1, 64)
	}
	if promql == "" {
		return nil, nil
	}
	return d.query(ctx, promql)
}

// checkOnce finds out whether the process is scraped at two places.
func checkOnce(_ context.Context, d *deployment) finding {
	if len(d.ours) == 1 {
		return ok("one target for this process")
	}
	var lines []string
	for _, t := range d.ours {
		lines = append(lines, t.String())
	}
	return warning("%d targets for the same process: sums over instances count everything %d times", len(d.ours), len(d.ours)).list(lines).
		advise("keep one of them in scrape_configs: the handler and the standalone server show the same data")
}

// checkValues compares what Prometheus has of the page with the page.
func checkValues(ctx context.Context, d *deployment) finding {
	at := slices.IndexFunc(d.ours, func(t target) bool { return t.Health == "up" })
	if at < 0 {
		return skipped("no target is up")
	}
	t := d.ours[at]
	series, f := d.query(ctx, "count by (__name__) ("+t.selector("")+")")
	if f != nil {
		return *f
	}
	has := make(map[string]bool, len(series))
	for _, s := range series {
		has[s.Labels["__name__"]] = true
	}
	var missing []string
	for _, name := range d.expected() {
		if !has[name] && !has[name+"_count"] {
			missing = append(missing, name)
		}
	}
	stale := !t.LastScrape.After(d.first.at)
	if len(missing) > 0 && !stale {
		return failed("%d metrics of the page are not in Prometheus", len(missing)).list(missing).
			advise("metric_relabel_configs, sample_limit or label_limit in the scrape configuration of the job %s drop them", t.Labels["job"])
	}
	if len(missing) > 0 {
		return warning("%d metrics of the page are not in Prometheus; it scraped before the page was read", len(missing)).list(missing).
			advise("run this again after a scrape interval (%s)", t.Interval)
	}
	name := d.own(ownmetrics.EventsAccepted)
	sums, f := d.query(ctx, "sum("+t.selector("__name__="+strconv.Quote(name)+",")+")")
	if f != nil {
		return *f
	}
	if len(sums) == 0 {
		return ok("Prometheus has all %d metrics", len(d.expected()))
	}
	before, _ := d.first.sum(name)
	now, _ := d.again(ctx, 0).sum(name)
	got := sums[0].Value
	switch {
	case got > now:
		return failed("%s is %.0f in Prometheus and %.0f on the page: it is the page of another process, or the service was restarted just now", name, got, now).
			advise("run this again after a scrape interval (%s); if the difference stays, --metrics is the page of another instance", t.Interval)
	case got < before && !stale:
		return failed("%s is %.0f in Prometheus, and was %.0f on the page before it was scraped", name, got, before).
			advise("metric_relabel_configs in the scrape configuration of the job %s drop series", t.Labels["job"])
	}
	return ok("Prometheus has all %d metrics; %.0f accepted events, %.0f on the page", len(d.expected()), got, now)
}

// expected are the metrics of the first page that are the SDK's or the map's.
func (d *deployment) expected() []string {
	all := d.always()
	if d.events != nil {
		for _, m := range d.events.Metrics() {
			if name := d.name(m.PrometheusName()); len(d.first.families[name].GetMetric()) > 0 {
				all = append(all, name)
			}
		}
	}
	return all
}
