// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// PrometheusOption changes how a Prometheus is started.
type PrometheusOption interface{ apply(*prometheusConfig) error }

type prometheusOption func(*prometheusConfig) error

func (o prometheusOption) apply(c *prometheusConfig) error { return o(c) }

// prometheusConfig is the command line and the configuration file.
type prometheusConfig struct {
	flags   []string
	global  map[string]any
	scrapes []any
	rules   []string // absolute paths
	window  string   // how old samples may be; empty: in order
}

func newPrometheusConfig(options []PrometheusOption) (*prometheusConfig, error) {
	c := &prometheusConfig{global: map[string]any{"scrape_interval": "1s"}}
	var errs []error
	for _, o := range options {
		errs = append(errs, o.apply(c))
	}
	return c, errors.Join(errs...)
}

// text is the configuration file.
func (c *prometheusConfig) text() ([]byte, error) {
	all := map[string]any{"global": c.global, "scrape_configs": c.scrapes, "rule_files": c.rules}
	if c.window != "" {
		all["storage"] = map[string]any{"tsdb": map[string]any{"out_of_order_time_window": c.window}}
	}
	return yaml.Marshal(all)
}

// WithTarget scrapes a page, given by its URL such as http://127.0.0.1:8080/metrics, as the job. It may be given more than
// once, for one page a job.
func WithTarget(job, page string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		u, err := url.Parse(page)
		if err != nil || u.Host == "" || u.Path == "" {
			return fmt.Errorf("target %q of the job %s: want a URL such as http://127.0.0.1:8080/metrics", page, job)
		}
		c.scrapes = append(c.scrapes, map[string]any{
			"job_name": job, "scheme": u.Scheme, "metrics_path": u.Path,
			"static_configs": []any{map[string]any{"targets": []string{u.Host}}},
		})
		return nil
	})
}

// WithScrapeConfigs adds what may stand below scrape_configs in the configuration file, a YAML list: for TLS, basic
// authentication, chosen protocols, relabelling. Paths in it are absolute.
func WithScrapeConfigs(list string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		var items []any
		if err := yaml.Unmarshal([]byte(list), &items); err != nil {
			return fmt.Errorf("WithScrapeConfigs: want a YAML list, each with a job_name: %w", err)
		}
		c.scrapes = append(c.scrapes, items...)
		return nil
	})
}

// WithRules loads rule files and evaluates their groups every second, but for groups that say another interval. A file that
// is not there fails the test; rules that Prometheus cannot read keep it from starting.
func WithRules(files ...string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.global["evaluation_interval"] = "1s"
		for _, f := range files {
			path, err := filepath.Abs(f)
			if err != nil {
				return err
			}
			if _, err := os.Stat(path); err != nil { // Prometheus would go without
				return fmt.Errorf("WithRules: %w", err)
			}
			c.rules = append(c.rules, path)
		}
		return nil
	})
}

// WithNativeHistograms has pages scraped as protobuf, with the native histograms in them.
func WithNativeHistograms() PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.global["scrape_native_histograms"] = true
		return nil
	})
}

// WithExemplars keeps exemplars, which API().QueryExemplars then finds.
func WithExemplars() PrometheusOption { return flag("--enable-feature=exemplar-storage") }

// WithCreatedZeros puts a 0 at the created time of a series before its first sample, and has pages scraped as protobuf.
func WithCreatedZeros() PrometheusOption {
	return flag("--enable-feature=created-timestamp-zero-ingestion")
}

// WithScrapeProtocols sets in which formats pages are asked for, in Prometheus' words, the best one first.
func WithScrapeProtocols(protocols ...string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.global["scrape_protocols"] = protocols
		return nil
	})
}

// WithOTLPReceiver receives metrics by OTLP over HTTP, at Prometheus.OTLP. Resource attributes are in target_info.
func WithOTLPReceiver() PrometheusOption { return flag("--web.enable-otlp-receiver") }

// WithRemoteWriteReceiver takes samples by remote write, which may be as old as window, such as 1d; in order when it is empty.
func WithRemoteWriteReceiver(window string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.flags, c.window = append(c.flags, "--web.enable-remote-write-receiver"), window
		return nil
	})
}

// flag adds to the command line.
func flag(text string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.flags = append(c.flags, text)
		return nil
	})
}
