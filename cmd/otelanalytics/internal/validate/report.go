// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// report is the command's result.
type report struct {
	Maps []checked `json:"maps"`
}

// checked is what there is to say of one file.
type checked struct {
	File     string    `json:"file"`
	OK       bool      `json:"ok"`
	Mistakes []mistake `json:"mistakes"`
	Hash     string    `json:"hash,omitempty"`
	Events   int       `json:"events"`
	Records  []record  `json:"records"`
	Metrics  []metric  `json:"metrics"`
	Series   int64     `json:"series"` // of all metrics, in one process, at most
}

type mistake struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Key     string `json:"key,omitempty"`
	Problem string `json:"problem"`
	Fix     string `json:"fix,omitempty"`
}

// record is a row of the table: an event that records into a metric.
type record struct {
	Event      string   `json:"event"`
	Metric     string   `json:"metric"`
	Prometheus string   `json:"prometheus"`
	Labels     []string `json:"labels"`
}

type metric struct {
	Name       string   `json:"name"`
	Instrument string   `json:"instrument"`
	Prometheus string   `json:"prometheus"`
	Labels     []string `json:"labels"`
	Series     int      `json:"series"` // in one process, at most
	Enabled    bool     `json:"enabled"`
}

// check reads the files. The error is of those that could not be read.
func check(in io.Reader, files []string) (*report, error) {
	r := &report{Maps: []checked{}}
	var unread []error
	for _, file := range files {
		m, err := cli.ParseMap(in, file)
		var mistakes eventmap.Errors
		switch {
		case errors.As(err, &mistakes):
			r.Maps = append(r.Maps, wrong(file, mistakes))
		case err != nil:
			unread = append(unread, err)
		default:
			r.Maps = append(r.Maps, right(file, m))
		}
	}
	return r, errors.Join(unread...)
}

func (r *report) mistakes() int {
	n := 0
	for i := range r.Maps {
		n += len(r.Maps[i].Mistakes)
	}
	return n
}

func wrong(file string, mistakes eventmap.Errors) checked {
	c := checked{File: file, Mistakes: []mistake{}, Records: []record{}, Metrics: []metric{}}
	for _, m := range mistakes {
		c.Mistakes = append(c.Mistakes, mistake{Line: m.Line, Column: m.Column, Key: m.Key, Problem: m.Problem, Fix: m.Fix})
	}
	return c
}

func right(file string, m *eventmap.Map) checked {
	c := checked{
		File: file, OK: true, Hash: m.Hash(), Events: len(m.Events()),
		Mistakes: []mistake{}, Records: []record{}, Metrics: []metric{},
	}
	for _, x := range m.Metrics() {
		shown := metric{
			Name: x.Name, Instrument: string(x.Instrument), Prometheus: x.PrometheusName(), Labels: labels(x), Enabled: x.Enabled,
		}
		if x.Enabled {
			shown.Series = x.PrometheusSeries()
		}
		c.Series += int64(shown.Series)
		c.Metrics = append(c.Metrics, shown)
	}
	add := func(event string, records []eventmap.Record) {
		for _, r := range records {
			c.Records = append(c.Records, record{
				Event: event, Metric: r.Metric.Name, Prometheus: r.Metric.PrometheusName(), Labels: labels(r.Metric),
			})
		}
	}
	add("every event", m.EveryEvent())
	for _, e := range m.Events() {
		add(e.Name, e.Records)
	}
	return c
}

func labels(m *eventmap.Metric) []string {
	all := make([]string, len(m.Attributes))
	for i := range m.Attributes {
		all[i] = m.Attributes[i].PrometheusLabel()
	}
	return all
}

// write is the report for people.
func (r *report) write(t *cli.Text) {
	for i := range r.Maps {
		if i > 0 {
			t.Printf("\n")
		}
		r.Maps[i].write(t)
	}
}

func (c *checked) write(t *cli.Text) {
	for _, m := range c.Mistakes {
		key := m.Key
		if key != "" {
			key += ": "
		}
		t.Printf("%s %s%s\n", t.Bold(c.File+":"+strconv.Itoa(m.Line)+":"+strconv.Itoa(m.Column)+":"), key, t.Red(m.Problem))
		if m.Fix != "" {
			t.Printf("    %s %s\n", t.Green("fix:"), m.Fix)
		}
	}
	if !c.OK {
		return
	}
	t.Printf("%s: %s, %s, %s, at most %d series a process; map_version %s\n\n", t.Bold(c.File), t.Green("no mistakes"),
		cli.Counted(c.Events, "event"), cli.Counted(len(c.Metrics), "metric"), c.Series, c.Hash)
	var rows [][]string
	for _, r := range c.Records {
		rows = append(rows, []string{r.Event, r.Metric, r.Prometheus, list(r.Labels)})
	}
	if len(rows) > 0 {
		t.Table([]string{"EVENT", "METRIC", "IN PROMETHEUS", "LABELS"}, rows)
		t.Printf("\n")
	}
	rows = nil
	for _, m := range c.Metrics {
		series := strconv.Itoa(m.Series)
		if !m.Enabled {
			series = "0 (off)"
		}
		rows = append(rows, []string{m.Prometheus, m.Instrument, list(m.Labels), series})
	}
	if len(rows) > 0 {
		t.Table([]string{"IN PROMETHEUS", "INSTRUMENT", "LABELS", "SERIES AT MOST"}, append(rows, []string{"all", "", "", strconv.FormatInt(c.Series, 10)}))
	}
}

func list(labels []string) string {
	if len(labels) == 0 {
		return "-"
	}
	return strings.Join(labels, ", ")
}
