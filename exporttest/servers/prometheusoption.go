// SPDX-License-Identifier: Apache-2.0

package servers

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// PrometheusOption changes how a Prometheus is started.
type PrometheusOption interface{ apply(*prometheusConfig) error }

type prometheusOption func(*prometheusConfig) error

func (o prometheusOption) apply(c *prometheusConfig) error { return o(c) }

// prometheusConfig is the command line and the configuration file.
type prometheusConfig struct {
	flags    []string
	features []string
	whole    string // the configuration file as given, or empty
	made     bool   // whether an option adds to the file that is made here
	file     map[string]any
	global   map[string]any
	scrapes  []any
	text     []byte
}

func newPrometheusConfig(options []PrometheusOption) (*prometheusConfig, error) {
	c := &prometheusConfig{
		global: map[string]any{"scrape_interval": "1s", "evaluation_interval": "1s"},
		file:   map[string]any{},
	}
	var errs []error
	for _, o := range options {
		errs = append(errs, o.apply(c))
	}
	if c.whole != "" && c.made {
		errs = append(errs, errors.New("WithPrometheusConfig gives the whole file, but other options add to it: put all into the text"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(c.features) > 0 {
		c.flags = append(c.flags, "--enable-feature="+strings.Join(c.features, ","))
	}
	if c.whole != "" {
		c.text = []byte(c.whole)
		return c, nil
	}
	c.file["global"] = c.global
	if len(c.scrapes) > 0 {
		c.file["scrape_configs"] = c.scrapes
	}
	var err error
	c.text, err = yaml.Marshal(c.file)
	return c, err
}

// inFile is an option that adds to the configuration file.
func inFile(add func(*prometheusConfig) error) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.made = true
		return add(c)
	})
}

// WithTarget scrapes a page, given by its URL such as http://127.0.0.1:8080/metrics, as the job. Pages of one job are
// targets with their own label instance. It may be given more than once.
func WithTarget(job string, pages ...string) PrometheusOption {
	return inFile(func(c *prometheusConfig) error {
		for i, page := range pages {
			u, err := url.Parse(page)
			if err != nil || u.Host == "" || u.Path == "" {
				return fmt.Errorf("target %q of the job %s: want a URL such as http://127.0.0.1:8080/metrics", page, job)
			}
			scrape := map[string]any{
				"job_name": job, "scheme": u.Scheme, "metrics_path": u.Path,
				"static_configs": []any{map[string]any{"targets": []string{u.Host}}},
			}
			if i > 0 || c.hasJob(job) { // a name must be unique, and a path is a job's
				scrape["job_name"] = fmt.Sprintf("%s-%d", job, len(c.scrapes))
				scrape["relabel_configs"] = []any{map[string]any{"target_label": "job", "replacement": job}}
			}
			c.scrapes = append(c.scrapes, scrape)
		}
		return nil
	})
}

func (c *prometheusConfig) hasJob(job string) bool {
	for _, s := range c.scrapes {
		if m, ok := s.(map[string]any); ok && m["job_name"] == job {
			return true
		}
	}
	return false
}

// WithScrapeConfigs adds what may stand below scrape_configs in the configuration file, a YAML list: for TLS, basic
// authentication, chosen protocols, relabelling. Paths in it are absolute.
func WithScrapeConfigs(list string) PrometheusOption {
	return inFile(func(c *prometheusConfig) error {
		var items []any
		if err := yaml.Unmarshal([]byte(list), &items); err != nil {
			return fmt.Errorf("WithScrapeConfigs: want a YAML list, each with a job_name: %w", err)
		}
		c.scrapes = append(c.scrapes, items...)
		return nil
	})
}

// WithScrapeInterval scrapes and evaluates rules so often; the default is one second.
func WithScrapeInterval(every time.Duration) PrometheusOption {
	return inFile(func(c *prometheusConfig) error {
		if every < time.Millisecond {
			return fmt.Errorf("WithScrapeInterval(%v): want a millisecond or more", every)
		}
		text := fmt.Sprintf("%dms", every.Milliseconds())
		c.global["scrape_interval"], c.global["evaluation_interval"] = text, text
		if every < 10*time.Second { // which is the default of the timeout, and may not be longer than the interval
			c.global["scrape_timeout"] = text
		}
		return nil
	})
}

// WithNativeHistograms has pages scraped as protobuf, with the native histograms in them.
func WithNativeHistograms() PrometheusOption {
	return inFile(func(c *prometheusConfig) error {
		c.global["scrape_native_histograms"] = true
		return nil
	})
}

// WithExemplars keeps exemplars, which API().QueryExemplars then finds.
func WithExemplars() PrometheusOption { return WithFeatures("exemplar-storage") }

// WithFeatures switches features on that --enable-feature knows.
func WithFeatures(names ...string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.features = append(c.features, names...)
		return nil
	})
}

// WithOTLPReceiver receives metrics by OTLP over HTTP, at Prometheus.OTLP. The named resource attributes become labels
// of every series; the others are in target_info.
func WithOTLPReceiver(promote ...string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.flags = append(c.flags, "--web.enable-otlp-receiver")
		if len(promote) > 0 {
			c.made = true
			c.file["otlp"] = map[string]any{"promote_resource_attributes": promote}
		}
		return nil
	})
}

// WithRules loads files of recording and alerting rules, given by absolute path.
func WithRules(paths ...string) PrometheusOption {
	return inFile(func(c *prometheusConfig) error {
		old, _ := c.file["rule_files"].([]string)
		c.file["rule_files"] = append(old, paths...)
		return nil
	})
}

// WithPrometheusConfig gives the whole configuration file, in place of what the other options would make.
func WithPrometheusConfig(text string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		if strings.TrimSpace(text) == "" {
			return errors.New("WithPrometheusConfig: the text is empty")
		}
		c.whole = text
		return nil
	})
}

// WithPrometheusFlags adds flags of the command line, such as --web.enable-remote-write-receiver.
func WithPrometheusFlags(flags ...string) PrometheusOption {
	return prometheusOption(func(c *prometheusConfig) error {
		c.flags = append(c.flags, flags...)
		return nil
	})
}
