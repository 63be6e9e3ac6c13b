// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"errors"
	"fmt"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/otlptranslator"
	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/exporterprom"
)

// fileFormats are the versions of the declarative configuration whose keys this package and otelconf know.
var fileFormats = []string{"1.0", "1.0-rc.1", "1.0-rc.2", "1.0-rc.3"}

// prometheusKey is the exporter's key; while the specification calls it experimental, that is part of it.
const prometheusKey = "prometheus/development"

// prometheusSection is a Prometheus reader of a declarative configuration (opentelemetry-configuration, type
// ExperimentalPrometheusMetricExporter).
type prometheusSection struct {
	Host                *string
	Port                *int
	ScopeInfo           bool
	TargetInfo          bool
	TranslationStrategy otlptranslator.TranslationStrategyOption
	Included, Excluded  []string
	resourceLabels      bool
}

func (p *prometheusSection) address() string {
	host, port := defaultPrometheusHost, defaultPrometheusPort
	if p.Host != nil {
		host = *p.Host
	}
	if p.Port != nil {
		port = strconv.Itoa(*p.Port)
	}
	return net.JoinHostPort(host, port)
}

func (p *prometheusSection) options() []exporterprom.Option {
	options := []exporterprom.Option{exporterprom.WithTranslationStrategy(p.TranslationStrategy)}
	if p.ScopeInfo {
		options = append(options, exporterprom.WithScopeInfo())
	}
	if !p.TargetInfo {
		options = append(options, exporterprom.WithoutTargetInfo())
	}
	if p.resourceLabels {
		options = append(options, exporterprom.WithResourceLabelsMatching(p.labelled))
	}
	return options
}

// labelled reports whether an attribute of the resource becomes a label. Without a list of included attributes, all
// attributes are included except the excluded ones.
func (p *prometheusSection) labelled(key string) bool {
	return (p.Included == nil || matches(p.Included, key)) && !matches(p.Excluded, key)
}

// matches reports whether one of the patterns, with * and ?, matches the key. A slash is a character like any other.
func matches(patterns []string, key string) bool {
	plain := strings.NewReplacer("/", "\x00")
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(plain.Replace(p), plain.Replace(key))
		return ok
	})
}

// prometheusReader returns the file's Prometheus reader, or nil. It also refuses mistakes that otelconf ignores without
// an error: an unknown file_format, and keys of pull readers.
func prometheusReader(file string, text []byte) (*prometheusSection, error) {
	var document struct {
		FileFormat    yaml.Node `yaml:"file_format"`
		MeterProvider struct {
			Readers []struct {
				Pull map[string]yaml.Node `yaml:"pull"`
			} `yaml:"readers"`
		} `yaml:"meter_provider"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("telemetry: %s: %w", file, err)
	}
	r := sectionReader{file: file}
	if format := document.FileFormat; !slices.Contains(fileFormats, format.Value) {
		r.mistake(&format, "file_format", "is not known; known: "+strings.Join(fileFormats, ", "))
	}
	var section *prometheusSection
	for i, reader := range document.MeterProvider.Readers {
		at := fmt.Sprintf("meter_provider.readers[%d].pull", i)
		for key, node := range reader.Pull {
			switch {
			case key != "exporter":
				r.mistake(&node, at+"."+key, "is not supported here for a pull reader; remove it (the event map's max_series bounds series)")
			case section != nil:
				r.mistake(&node, at, "there can be one Prometheus reader, and this is the second")
			default:
				section = r.exporter(&node, at+".exporter")
			}
		}
	}
	return section, errors.Join(r.errs...)
}

// sectionReader reads the section, and collects the mistakes.
type sectionReader struct {
	file string
	errs []error
}

func (r *sectionReader) mistake(n *yaml.Node, key, right string) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d:%d: %s: %s", r.file, n.Line, n.Column, key, right))
}

func (r *sectionReader) exporter(n *yaml.Node, at string) *prometheusSection {
	var exporters map[string]yaml.Node
	if err := n.Decode(&exporters); err != nil || len(exporters) != 1 {
		r.mistake(n, at, "must have one key, "+prometheusKey)
		return nil
	}
	for key, node := range exporters {
		if key != prometheusKey {
			r.mistake(&node, at+"."+key, "is not known; known: "+prometheusKey)
			continue
		}
		return r.section(&node, at+"."+key)
	}
	return nil
}

func (r *sectionReader) section(n *yaml.Node, at string) *prometheusSection {
	p := &prometheusSection{ScopeInfo: true, TargetInfo: true, TranslationStrategy: otlptranslator.UnderscoreEscapingWithSuffixes}
	var keys map[string]yaml.Node
	if err := n.Decode(&keys); err != nil {
		r.mistake(n, at, "must be a mapping")
		return p
	}
	for key, node := range keys {
		where := at + "." + key
		if r.refers(&node, where) {
			continue
		}
		if node.Tag == "!!null" {
			continue // the default
		}
		switch key {
		case "host":
			var host string
			if err := node.Decode(&host); err != nil || host == "" {
				r.mistake(&node, where, "must be a name or an address; 0.0.0.0 is every interface")
			}
			p.Host = &host
		case "port":
			var port int
			if err := node.Decode(&port); err != nil || port < 0 || port > 65535 {
				r.mistake(&node, where, "must be a port, from 0 to 65535")
			}
			p.Port = &port
		case "without_scope_info":
			p.ScopeInfo = !r.boolean(&node, where)
		case "without_target_info", "without_target_info/development":
			p.TargetInfo = !r.boolean(&node, where)
		case "translation_strategy":
			p.TranslationStrategy = r.strategy(&node, where)
		case "with_resource_constant_labels":
			p.resourceLabels = true
			r.labels(p, &node, where)
		default:
			r.mistake(&node, where, "is not known; known: host, port, translation_strategy, with_resource_constant_labels, without_scope_info, without_target_info")
		}
	}
	return p
}

// refers refuses a reference to a variable at any depth: this package replaces no references.
func (r *sectionReader) refers(n *yaml.Node, at string) bool {
	if strings.Contains(n.Value, "${") {
		r.mistake(n, at, "cannot refer to a variable; write the value")
		return true
	}
	return slices.ContainsFunc(n.Content, func(child *yaml.Node) bool { return r.refers(child, at) })
}

// labels reads the patterns of with_resource_constant_labels.
func (r *sectionReader) labels(p *prometheusSection, n *yaml.Node, at string) {
	var lists map[string]yaml.Node
	if err := n.Decode(&lists); err != nil {
		r.mistake(n, at, "must be a mapping with included, excluded or both")
	}
	for key, node := range lists {
		where := at + "." + key
		to := map[string]*[]string{"included": &p.Included, "excluded": &p.Excluded}[key]
		if to == nil {
			r.mistake(&node, where, "is not known; known: included, excluded")
			continue
		}
		if err := node.Decode(to); err != nil {
			r.mistake(&node, where, "must be a list of patterns, such as service.*")
		}
		for i, pattern := range *to {
			if _, err := path.Match(pattern, ""); err != nil {
				r.mistake(&node, fmt.Sprintf("%s[%d]", where, i), "is no pattern: * stands for any text, ? for one character")
			}
		}
	}
}

func (r *sectionReader) boolean(n *yaml.Node, at string) bool {
	var b bool
	if err := n.Decode(&b); err != nil {
		r.mistake(n, at, "must be true or false")
	}
	return b
}

// strategies are the specification's names of translations, with and without the suffix for what is experimental.
var strategies = map[string]otlptranslator.TranslationStrategyOption{
	"underscore_escaping_with_suffixes":                otlptranslator.UnderscoreEscapingWithSuffixes,
	"underscore_escaping_without_suffixes":             otlptranslator.UnderscoreEscapingWithoutSuffixes,
	"underscore_escaping_without_suffixes/development": otlptranslator.UnderscoreEscapingWithoutSuffixes,
	"no_utf8_escaping_with_suffixes":                   otlptranslator.NoUTF8EscapingWithSuffixes,
	"no_utf8_escaping_with_suffixes/development":       otlptranslator.NoUTF8EscapingWithSuffixes,
	"no_translation":                                   otlptranslator.NoTranslation,
	"no_translation/development":                       otlptranslator.NoTranslation,
}

func (r *sectionReader) strategy(n *yaml.Node, at string) otlptranslator.TranslationStrategyOption {
	s, ok := strategies[n.Value]
	if !ok {
		r.mistake(n, at, "is not known; known: underscore_escaping_with_suffixes, underscore_escaping_without_suffixes, no_utf8_escaping_with_suffixes, no_translation")
		return otlptranslator.UnderscoreEscapingWithSuffixes
	}
	return s
}
