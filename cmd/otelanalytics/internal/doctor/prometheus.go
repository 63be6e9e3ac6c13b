// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// target is one of Prometheus' targets, as /api/v1/targets has them.
type target struct {
	Labels     map[string]string `json:"labels"`
	URL        string            `json:"scrapeUrl"`
	LastError  string            `json:"lastError"`
	LastScrape time.Time         `json:"lastScrape"`
	Health     string            `json:"health"`
	Interval   string            `json:"scrapeInterval"`
}

// sample is one series of an instant query.
type sample struct {
	Labels map[string]string
	Value  float64
}

// api asks Prometheus, and reads what it answers below "data".
func (d *deployment) api(ctx context.Context, path string, query url.Values, data any) *finding {
	u, _ := parseURL(d.prometheus) // looked at with the flags
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	u.RawQuery = query.Encode()
	a, f := fetch(ctx, u, "application/json")
	if f != nil {
		return f
	}
	var body struct {
		Status string
		Error  string
		Data   json.RawMessage
	}
	if err := json.Unmarshal(a.body, &body); err != nil || body.Status == "" {
		if f := refusedBy(u, a); f != nil {
			return f
		}
		f := failed("%s answers, but is not a Prometheus server (content type %s)", u.Host, a.kind)
		return &f
	}
	if a.status != http.StatusOK || body.Status != "success" {
		f := failed("Prometheus refuses %s: %s", path, body.Error)
		return &f
	}
	if err := json.Unmarshal(body.Data, data); err != nil {
		f := failed("Prometheus' answer to %s cannot be read: %v", path, err)
		return &f
	}
	return nil
}

// query evaluates an instant query whose result is a vector.
func (d *deployment) query(ctx context.Context, promql string) ([]sample, *finding) {
	var data struct {
		Result []struct {
			Metric map[string]string
			Value  [2]json.RawMessage
		}
	}
	if f := d.api(ctx, "/api/v1/query", url.Values{"query": {promql}}, &data); f != nil {
		return nil, f
	}
	all := make([]sample, 0, len(data.Result))
	for _, r := range data.Result {
		n, err := number(r.Value[1])
		if err != nil {
			f := failed("Prometheus' answer to %s cannot be read: %v", promql, err)
			return nil, &f
		}
		all = append(all, sample{r.Metric, n})
	}
	return all, nil
}

// number reads a number that is a JSON string.
func number(raw json.RawMessage) (float64, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return 0, errors.New("a value is not a string")
	}
	return strconv.ParseFloat(text, 64)
}

func checkPrometheus(ctx context.Context, d *deployment) finding {
	if d.prometheus == "" {
		return skipped("give --prometheus URL to check it")
	}
	var build struct{ Version string }
	if f := d.api(ctx, "/api/v1/status/buildinfo", nil, &build); f != nil {
		if len(f.fix) == 0 {
			return f.advise("start Prometheus, or name it with --prometheus http://HOST:9090")
		}
		return *f
	}
	var data struct {
		ActiveTargets []target
	}
	if f := d.api(ctx, "/api/v1/targets", url.Values{"state": {"active"}}, &data); f != nil {
		return *f
	}
	d.targets = data.ActiveTargets
	version := strings.TrimSpace("Prometheus " + build.Version) // which one that was built from its module does not know
	return ok("%s, %s", version, cli.Counted(int64(len(d.targets)), "target"))
}

// selector is what selects the series of a target, with what is added.
func (t target) selector(more string) string {
	return fmt.Sprintf("{%sjob=%s,instance=%s}", more, strconv.Quote(t.Labels["job"]), strconv.Quote(t.Labels["instance"]))
}

func (t target) String() string {
	return fmt.Sprintf("job %q, instance %q, %s", t.Labels["job"], t.Labels["instance"], t.shownURL())
}

func (t target) shownURL() string {
	u, err := url.Parse(t.URL)
	if err != nil {
		return "(a URL that cannot be read)"
	}
	return shown(u)
}
