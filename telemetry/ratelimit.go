// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"fmt"
	"os"
	"time"

	"go.yaml.in/yaml/v3"
)

// rateLimitProblem describes a mistake in rate_limit of a web configuration file that exporter-toolkit accepts. It
// returns an empty text without a mistake. The toolkit makes a limiter of interval and burst (golang.org/x/time/rate).
// The limiter rejects everything without a burst, and limits nothing without an interval. The toolkit reads rate_limit
// once.
func rateLimitProblem(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "cannot be read: " + reason(err)
	}
	var c struct {
		Limit *struct {
			Burst    int           `yaml:"burst"`
			Interval time.Duration `yaml:"interval"`
		} `yaml:"rate_limit"`
	}
	const right = "; right would be rate_limit: {interval: 1s, burst: 10}, or no rate_limit"
	switch err := yaml.Unmarshal(text, &c); {
	case err != nil:
		return "rate_limit: is not a mapping of interval and burst" + right
	case c.Limit == nil:
		return ""
	case c.Limit.Interval <= 0:
		return fmt.Sprintf("rate_limit: interval is %v, which limits nothing%s", c.Limit.Interval, right)
	case c.Limit.Burst < 1:
		return fmt.Sprintf("rate_limit: burst is %d, with which every scrape is answered with 429%s", c.Limit.Burst, right)
	}
	return ""
}
